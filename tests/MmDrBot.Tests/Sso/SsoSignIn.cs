using System.Net.Http.Json;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

internal static class SsoSignIn
{
    /// <summary>Whether the password opens the account, by name or, where a stale cache would be asked, by id.</summary>
    internal static async Task<bool> WorksAsync(MattermostStandIn mattermost, string name, string password, bool byId = false)
    {
        using var client = new HttpClient { BaseAddress = mattermost.Url };
        using var answer = byId
            ? await client.PostAsJsonAsync("/api/v4/users/login", new { id = name, password })
            : await client.PostAsJsonAsync("/api/v4/users/login", new { login_id = name, password });
        return answer.IsSuccessStatusCode;
    }
}

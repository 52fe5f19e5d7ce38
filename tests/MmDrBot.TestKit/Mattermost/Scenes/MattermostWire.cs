using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Calls of a server's API that the product itself does not make.</summary>
public sealed class MattermostWire(Uri url) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    /// <param name="path">After <c>/api/v4/</c>.</param>
    public async Task<WireAnswer> CallAsync(string method, string path, JsonNode? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(url, $"/api/v4/{path}"));

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        if (body is not null)
            request.Content = JsonContent.Create(body);

        using var answer = await _http.SendAsync(request);
        var session = answer.Headers.TryGetValues("Token", out var values) ? values.Single() : null;

        return new((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()), session);
    }

    /// <summary>The same for a call that has to succeed.</summary>
    public async Task<JsonNode> MustAsync(string method, string path, JsonNode? body = null, string? token = null)
    {
        var answer = await CallAsync(method, path, body, token);

        return answer is { Status: >= 200 and < 300, Body: { } found } ? found : throw new InvalidOperationException($"{method} {path} ended with {answer.Status}: {answer.Body?.ToJsonString()}");
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer; the token is that of a new session.</summary>
public sealed record WireAnswer(int Status, JsonNode? Body, string? Token)
{
    public string? ErrorId => (string?)Body?["id"];
}

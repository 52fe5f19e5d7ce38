using Microsoft.AspNetCore.Http;

namespace MmDrBot.Mattermost.Tests;

/// <summary>A request as it came.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static async Task<ReceivedRequest> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

        return new(context.Request.Method, context.Request.Path, headers, await reader.ReadToEndAsync());
    }

    /// <summary>The form in the order in which it was sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form =>
    [
        .. Body.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(Decode(pair[0]), Decode(pair[1]))),
    ];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>The few calls of Mattermost's API that a trial run makes, on the loopback.</summary>
internal sealed class BootApi : IDisposable
{
    private readonly HttpClient _http;

    internal BootApi(int port, string? token)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v4/"), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    internal async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("system/ping", UriKind.Relative), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (Exception early) when (early is HttpRequestException || (early is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>A document's id; or what was answered in its place.</summary>
    internal async Task<(string? Id, string Fault)> IdAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? (IdIn(text), "no document") : (null, $"{(int)answer.StatusCode} {text[..Math.Min(text.Length, 200)]}");
    }

    /// <summary>A file's bytes; null where they were not given.</summary>
    internal async Task<Stream?> FileAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await _http.GetAsync(new Uri($"files/{id}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadAsStreamAsync(cancellationToken);
        }

        answer.Dispose();
        return null;
    }

    public void Dispose() => _http.Dispose();

    private static string? IdIn(string text)
    {
        try
        {
            return (string?)JsonNode.Parse(text)?["id"];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Sends clicks and submissions to integrations: JSON, and no token of any kind.</summary>
internal sealed class IntegrationSender(StandInOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    /// <summary>The answer as it came.</summary>
    public async Task<string> SendAsync(string url, JsonObject body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.CommandTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Headers.UserAgent.ParseAdd("Mattermost-Bot/1.1");
            request.Headers.Accept.ParseAdd("application/json");
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await _http.SendAsync(request, either.Token);

            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync(either.Token) : throw StandInError.ActionFailed();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException or InvalidOperationException || late.IsCancellationRequested)
        {
            throw StandInError.ActionFailed();
        }
    }

    /// <summary>Reads an answer; what is no JSON object is a failure.</summary>
    public static JsonObject Read(string answer)
    {
        try
        {
            return JsonNode.Parse(answer) as JsonObject ?? throw StandInError.ActionFailed();
        }
        catch (JsonException)
        {
            throw StandInError.ActionFailed();
        }
    }
}

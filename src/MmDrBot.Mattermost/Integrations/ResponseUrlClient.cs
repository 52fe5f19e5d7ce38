using System.Net.Http.Headers;
using System.Text;

namespace MmDrBot.Mattermost;

/// <summary>
/// Sends later answers to a slash command. A response URL works <see cref="MattermostLimits.ResponseUrlUses"/> times within
/// <see cref="MattermostLimits.ResponseUrlLifetime"/> and cannot change an earlier message; long work reports by a bot's post instead.
/// </summary>
public sealed class ResponseUrlClient
{
    private readonly HttpClient _http;
    private readonly ResponseUrlPolicy _policy;

    internal ResponseUrlClient(HttpClient http, ResponseUrlPolicy policy)
    {
        _http = http;
        _policy = policy;
    }

    /// <summary>Whether the address is a response URL of the configured Mattermost server.</summary>
    public bool Allows(string? responseUrl) => _policy.Allows(responseUrl);

    /// <summary>Sends one answer, once: Mattermost counts failed attempts too.</summary>
    /// <exception cref="ArgumentException">The address is not one of the configured server's; nothing was sent.</exception>
    /// <exception cref="MattermostApiException">
    /// <see cref="MattermostErrorIds.ResponseUrlMissing"/> when it is too old, <see cref="MattermostErrorIds.ResponseUrlUsedUp"/> after the last use, or any other failure.
    /// </exception>
    public async Task SendAsync(string responseUrl, CommandResponse response, CancellationToken cancellationToken)
    {
        if (!Allows(responseUrl))
            throw new ArgumentException("the response URL does not belong to the configured Mattermost server", nameof(responseUrl));

        using var request = new HttpRequestMessage(HttpMethod.Post, responseUrl) { Content = JsonBody(response) };

        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);

            if (!answer.IsSuccessStatusCode)
                throw await MattermostErrors.FromAnswerAsync(answer, MattermostErrors.ResponseUrlCall, cancellationToken);
        }
        catch (Exception exception) when (MattermostErrors.IsTransport(exception, cancellationToken))
        {
            throw MattermostErrors.FromTransport(exception, MattermostErrors.ResponseUrlCall);
        }
    }

    // With a length: chunked bodies are one more thing that a proxy in front of Mattermost may refuse.
    private static ByteArrayContent JsonBody(CommandResponse response) => new(Encoding.UTF8.GetBytes(response.ToJson()))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Sends a command to its integration, with the headers, the time limit and the redirects that Mattermost knows.</summary>
internal sealed class CommandSender(StandInOptions options) : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxBytes = 1024 * 1024;

    // Redirects are followed by hand: .NET would drop the Authorization header, Mattermost keeps it.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.GZip })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>The integration's answer; a failure as the user of the command is told of it.</summary>
    public async Task<CommandAnswer> SendAsync(StandInCommand command, string form, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.CommandTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);

        try
        {
            using var answer = await FollowAsync(command, form, either.Token);

            if (answer.StatusCode != HttpStatusCode.OK)
                throw StandInError.CommandAnswered(command.Trigger, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");

            return new(answer.Content.Headers.ContentType?.MediaType ?? "", await ReadAsync(answer, either.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || late.IsCancellationRequested)
        {
            throw StandInError.CommandFailed(command.Trigger);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(StandInCommand command, string form, CancellationToken cancellationToken)
    {
        var (url, post) = (command.Url, true);

        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            using var request = Request(command, url, post ? form : null);
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

            if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || answer.Headers.Location is not { } location)
                return answer;

            (url, post) = (new Uri(url, location), post && answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect);
            answer.Dispose();
        }

        throw StandInError.CommandFailed(command.Trigger);
    }

    private static HttpRequestMessage Request(StandInCommand command, Uri url, string? form)
    {
        var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, url);
        request.Headers.UserAgent.ParseAdd("Mattermost-Bot/1.1");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new("Token", command.Token);

        if (form is not null)
            request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(form)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } };

        return request;
    }

    // What is beyond the limit is cut off, so that long JSON ends in the middle.
    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBytes];
        var length = await body.ReadAtLeastAsync(buffer, MaxBytes, throwOnEndOfStream: false, cancellationToken);

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}

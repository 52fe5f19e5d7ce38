using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using MmDrBot.Settings;

namespace MmDrBot.Webhooks;

/// <summary>Makes one attempt: sends a signed document, and reads no more of the answer than its beginning.</summary>
internal sealed class WebhookSender(AppSettings settings, TimeProvider time) : IDisposable
{
    private const int LongestAnswer = 512;
    private readonly HttpClient _http = new(new GuardedConnection(new AddressGuard(settings.Webhooks.Networks)).Handler()) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    /// <summary>Throws only when cancelled: a failure is an attempt too.</summary>
    internal async Task<Attempt> SendAsync(Uri url, string secret, Delivery delivery, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var late = new CancellationTokenSource(settings.Webhooks.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = Request(url, secret, delivery);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new Attempt((int)answer.StatusCode, time.GetElapsedTime(started), await BeginningAsync(answer, either.Token), null);
        }
        catch (Exception failure) when ((failure is HttpRequestException or IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            return new Attempt(null, time.GetElapsedTime(started), null, Words(failure));
        }
    }

    private HttpRequestMessage Request(Uri url, string secret, Delivery delivery)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.UserAgent.ParseAdd($"mmdr/{ProgramVersion.Version}");
        request.Headers.Add("Webhook-Id", delivery.Id);
        request.Headers.Add("Webhook-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Webhook-Signature", WebhookSignature.Of(secret, delivery.Id, timestamp, delivery.Body));
        return request;
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return string.Concat(Encoding.UTF8.GetString(buffer, 0, length).Where(letter => !char.IsControl(letter) || letter is '\n'));
    }

    private string Words(Exception failure) => failure switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"no answer within {settings.Webhooks.Timeout.TotalSeconds:0.#} s"),
        _ when Inner<AddressRefusedException>(failure) is { } refused => refused.Message,
        _ when Inner<System.Security.Authentication.AuthenticationException>(failure) is { } certificate => certificate.Message,
        _ => failure.InnerException?.Message ?? failure.Message,
    };

    private static T? Inner<T>(Exception? failure)
        where T : Exception => failure is null or T ? failure as T : Inner<T>(failure.InnerException);
}

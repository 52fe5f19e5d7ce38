using System.Text.Json;
using System.Text.RegularExpressions;
using Polly.Timeout;

namespace MmDrBot.Mattermost;

/// <summary>Turns failed calls into <see cref="MattermostApiException"/>. Nothing of a body but its ids gets through.</summary>
internal static partial class MattermostErrors
{
    /// <summary>Stands for a response URL, whose last part is a secret.</summary>
    public const string ResponseUrlCall = "POST /hooks/commands/***";

    private const int MaxBodyBytes = 64 * 1024;

    public static async Task<MattermostApiException> FromAnswerAsync(HttpResponseMessage answer, string call, CancellationToken cancellationToken)
    {
        var (errorId, requestId) = ReadIds(await ReadBodyAsync(answer, cancellationToken));
        requestId ??= Clean(Header(answer, "X-Request-Id"));

        var reason = errorId is null ? "" : $" {errorId}";
        var trace = requestId is null ? "" : $" (request {requestId})";

        return new($"mattermost answered {(int)answer.StatusCode}{reason} to {call}{trace}")
        {
            StatusCode = answer.StatusCode,
            ErrorId = errorId,
            RequestId = requestId,
            RetryAfter = answer.Headers.RetryAfter?.Delta,
        };
    }

    public static MattermostApiException FromUnreadable(HttpResponseMessage answer, string call) =>
        new($"mattermost answered {(int)answer.StatusCode} to {call} with something that is not the JSON expected")
        {
            StatusCode = answer.StatusCode,
            RequestId = Clean(Header(answer, "X-Request-Id")),
        };

    public static MattermostApiException FromTransport(Exception exception, string call) => exception is HttpRequestException or IOException
        ? new($"mattermost could not be reached for {call}", exception)
        : new($"mattermost did not answer {call} in time", exception);

    /// <summary>Whether the network failed or time ran out, as opposed to a bug or to the caller's own cancellation.</summary>
    public static bool IsTransport(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    /// <summary>Method and path without the query.</summary>
    public static string CallOf(HttpRequestMessage? request) => $"{request?.Method} {request?.RequestUri?.AbsolutePath}";

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
            return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    private static (string? ErrorId, string? RequestId) ReadIds(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return (Clean(Text(document.RootElement, "id")), Clean(Text(document.RootElement, "request_id")));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string? Clean(string? id) => id is not null && Id().IsMatch(id) ? id : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_.\-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}

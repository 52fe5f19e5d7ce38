using System.Net;

namespace MmDrBot.Mattermost;

/// <summary>
/// Mattermost refused a call, failed, or did not answer. Branch on <see cref="StatusCode"/> and <see cref="ErrorId"/>.
/// The text holds only method, path, status and ids: the server's own <c>detailed_error</c> repeats a rejected token.
/// </summary>
public sealed class MattermostApiException : Exception
{
    /// <summary>Describes one failed call; the arguments are taken as safe to show.</summary>
    public MattermostApiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Null when no answer came: connection refused or broken, or out of time.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Mattermost's id of the error, such as <c>api.context.permissions.app_error</c>; null when the answer had none (a proxy's page, a 429).</summary>
    public string? ErrorId { get; init; }

    /// <summary>The id under which the call stands in Mattermost's log, if it gave one.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the server asked to wait, from <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed later: no answer, 408, 429 or 5xx.</summary>
    public bool IsTransient => StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or >= HttpStatusCode.InternalServerError;
}

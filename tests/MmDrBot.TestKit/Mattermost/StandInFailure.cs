namespace MmDrBot.TestKit.Mattermost;

/// <summary>How a request goes wrong; see the members that make one.</summary>
public sealed record StandInFailure
{
    internal StandInFaultKind Kind { get; private init; }

    internal int Status { get; private init; }

    internal string? ErrorId { get; private init; }

    internal TimeSpan? RetryAfter { get; private init; }

    /// <summary>The connection breaks before the request is carried out.</summary>
    public static StandInFailure Abort { get; } = new() { Kind = StandInFaultKind.Abort };

    /// <summary>The request is carried out, and then the connection breaks.</summary>
    public static StandInFailure LoseAnswer { get; } = new() { Kind = StandInFaultKind.LoseAnswer };

    /// <summary>Nothing happens until the client gives up.</summary>
    public static StandInFailure Hang { get; } = new() { Kind = StandInFaultKind.Hang };

    /// <summary>The request is carried out, and then nothing happens until the client gives up.</summary>
    public static StandInFailure HangAnswer { get; } = new() { Kind = StandInFaultKind.HangAnswer };

    /// <summary>Not carried out: 429 as the rate limiter answers it, in plain text. Whole seconds; null for no <c>Retry-After</c>.</summary>
    public static StandInFailure RateLimit(TimeSpan? retryAfter = null) => Answer(429, retryAfter: retryAfter);

    /// <summary>Not carried out: an error of the server's if it has an id, else a proxy's page; 429 as the rate limiter answers it.</summary>
    public static StandInFailure Answer(int status, string? errorId = null, TimeSpan? retryAfter = null) =>
        new() { Kind = StandInFaultKind.Answer, Status = status, ErrorId = errorId, RetryAfter = retryAfter };
}

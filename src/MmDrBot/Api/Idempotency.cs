using MmDrBot.Jobs;

namespace MmDrBot.Api;

/// <summary>A request that may be sent again.</summary>
/// <param name="Scope">Whose, and for which operation.</param>
/// <param name="Key">What the caller gave it.</param>
/// <param name="Fingerprint">Of path, query and body, keyed with the caller's secret: a body may hold a passphrase, whose plain hash could be guessed at.</param>
/// <param name="RequestId">Stands in the audit beside what it does.</param>
/// <param name="Actor">Who asks.</param>
internal sealed record IdempotentRequest(string Scope, string Key, string Fingerprint, string RequestId, string Actor);

/// <summary>The answer to a request, as it is given again.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The body's type.</param>
/// <param name="Location">The header.</param>
/// <param name="ETag">The header.</param>
/// <param name="Body">Null when it held a secret and was not kept.</param>
internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, string? ETag, string? Body);

/// <summary>What is to be done with a request.</summary>
/// <param name="Verdict">The decision.</param>
/// <param name="Attempt">Names this try of it, where it is to be carried out.</param>
/// <param name="Answer">The answer that was kept.</param>
/// <param name="RequestId">The id of the request that came first.</param>
internal sealed record IdempotencyDecision(IdempotencyVerdict Verdict, string Attempt, KeptAnswer? Answer, string RequestId);

internal enum IdempotencyVerdict
{
    CarryOut,
    Repeat,
    InFlight,
    OtherRequest,
    Unknown,
}

/// <summary>A row of idempotent_requests as the database holds it.</summary>
internal sealed class IdempotencyRow
{
    public string Fingerprint { get; init; } = "";

    public string RequestId { get; init; } = "";

    public string Actor { get; init; } = "";

    public string Host { get; init; } = "";

    public long Pid { get; init; }

    public string ProcessStartedAt { get; init; } = "";

    public string Attempt { get; init; } = "";

    public long LeaseUntil { get; init; }

    public long CreatedAt { get; init; }

    public long? Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? ETag { get; init; }

    public string? Body { get; init; }

    internal bool IsAbandoned(long now) => LeaseUntil < now || new ProcessIdentity(Host, (int)Pid, ProcessStartedAt).IsProvenDead();
}

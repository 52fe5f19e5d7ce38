using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Approvals;

/// <summary>A row of approvals as the database holds it.</summary>
internal sealed class ApprovalRow
{
    public string Id { get; init; } = "";

    public string Operation { get; init; } = "";

    public string Summary { get; init; } = "";

    public string Request { get; init; } = "";

    public string Permission { get; init; } = "";

    public string RequestedBy { get; init; } = "";

    public string? RequestedByUserId { get; init; }

    public long CreatedAt { get; init; }

    public long ExpiresAt { get; init; }

    public string State { get; init; } = "";

    public string? DecidedBy { get; init; }

    public long? DecidedAt { get; init; }

    public string? Reason { get; init; }

    public long? UsedAt { get; init; }

    /// <summary>The process that works under it, as JSON; null when none does.</summary>
    public string? Holder { get; init; }

    /// <param name="now">Decides whether it is expired; no row says so.</param>
    internal Approval ToApproval(DateTimeOffset now) => new()
    {
        Id = Id,
        Operation = EnumText.Parse<GuardedOperation>(Operation),
        Summary = Summary,
        RequestJson = Request,
        Permission = EnumText.Parse<Permission>(Permission),
        RequestedBy = RequestedBy,
        RequestedByUserId = RequestedByUserId,
        CreatedAt = Time(CreatedAt),
        ExpiresAt = Time(ExpiresAt),
        State = EnumText.Parse<ApprovalState>(State) is var state && state is ApprovalState.Waiting or ApprovalState.Approved && Time(ExpiresAt) <= now ? ApprovalState.Expired : state,
        DecidedBy = DecidedBy,
        DecidedAt = DecidedAt is { } decided ? Time(decided) : null,
        Reason = Reason,
        UsedAt = UsedAt is { } used ? Time(used) : null,
    };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

namespace MmDrBot.Access;

/// <summary>Why a request was refused. Each face translates it once: to a status, a reply, an exit code.</summary>
internal enum RefusalReason
{
    Invalid,
    NotFound,
    Forbidden,
    Conflict,
    Locked,
    WrongKey,
    NoRepository,
    Unavailable,
    Damaged,
    TooLarge,
    NeedsApproval,
    Stale,
}

using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Settings;

/// <summary>Section `Repository:ObjectLock`: whether a bucket keeps restore points from being deleted, by whomever.</summary>
internal sealed record ObjectLockOptions
{
    /// <summary>`none`, `governance` or `compliance`.</summary>
    public string Mode { get; init; } = "none";

    /// <summary>How many days objects are locked; what is still needed is locked again before that is over.</summary>
    public int Days { get; init; } = 30;

    internal bool IsKnown => Mode is "none" or "governance" or "compliance";

    internal bool IsSet => Mode is "governance" or "compliance";

    internal ObjectLock? ToLock() => IsSet ? new ObjectLock(Mode == "compliance" ? LockMode.Compliance : LockMode.Governance, TimeSpan.FromDays(Days)) : null;

    /// <summary>What whoever sets this has to know.</summary>
    internal string Describe() => Mode switch
    {
        "compliance" => $"{Days} days; nobody can delete what is locked before its time, and nobody can undo that: neither you, nor we, nor the store's operator. Space comes free only after it",
        "governance" => $"{Days} days; only those with the right to bypass locks can delete what is locked before its time",
        _ => "nothing is locked",
    };
}

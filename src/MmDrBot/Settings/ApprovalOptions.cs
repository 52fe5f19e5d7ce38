namespace MmDrBot.Settings;

/// <summary>Section `Approvals`: what needs a second person.</summary>
internal sealed record ApprovalOptions
{
    /// <summary>A restore that drops what its targets hold.</summary>
    public bool RestoreInPlace { get; init; } = true;

    /// <summary>A prune that is no dry run, and a retention policy that is applied by hand.</summary>
    public bool Prune { get; init; } = true;

    /// <summary>Converting a system administrator; without, only the command line may.</summary>
    public bool ConvertAdmin { get; init; } = true;

    /// <summary>How many accounts one person may convert at once; 0: any number.</summary>
    public int ConvertMany { get; init; } = 25;

    /// <summary>Signing off who is still converted.</summary>
    public bool SignOff { get; init; } = true;

    /// <summary>Ending a legal hold.</summary>
    public bool ReleaseHold { get; init; } = true;

    /// <summary>How long a request waits, and how long an approval may be used.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether /mattermost/* can be reached from Mattermost alone (a firewall, a proxy, a network of their own). Only then is a click in
    /// chat enough to approve; otherwise it needs a second factor, since whoever reaches that door can claim to be anybody.
    /// </summary>
    public bool ChatIsTrusted { get; init; }

    internal bool Guards(GuardedOperation operation) => operation switch
    {
        GuardedOperation.RestoreInPlace => RestoreInPlace,
        GuardedOperation.Prune => Prune,
        GuardedOperation.ConvertAdmin => ConvertAdmin,
        GuardedOperation.ConvertMany => ConvertMany > 0,
        GuardedOperation.SignOff => SignOff,
        GuardedOperation.ReleaseHold => ReleaseHold,
        _ => true,
    };
}

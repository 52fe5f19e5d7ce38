using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Verbs;

/// <summary>The command line's exit codes (docs/cli.md).</summary>
internal static class ExitCodes
{
    internal const int Ok = 0, Failed = 1, Usage = 2, Partly = 3, NoRepository = 10, Locked = 11, WrongKey = 12, NeedsApproval = 13, Interrupted = 130;

    /// <summary>In short, for help; docs/cli.md says more.</summary>
    internal static readonly IReadOnlyList<(int Code, string Meaning)> Meanings =
    [
        (Ok, "done"),
        (Failed, "failed, or something is wrong"),
        (Usage, "the words or the settings are wrong; nothing was changed"),
        (Partly, "done in part"),
        (NoRepository, "there is no repository"),
        (Locked, "something else is at work"),
        (WrongKey, "the passphrase or key does not open the repository"),
        (NeedsApproval, "a second person has to approve first"),
        (Interrupted, "interrupted or cancelled"),
    ];

    internal static int Of(RefusalReason reason) => reason switch
    {
        RefusalReason.Invalid => Usage,
        RefusalReason.NoRepository => NoRepository,
        RefusalReason.Locked => Locked,
        RefusalReason.WrongKey => WrongKey,
        RefusalReason.NeedsApproval => NeedsApproval,
        _ => Failed,
    };

    internal static int Of(Job job) => job.State switch
    {
        JobState.Succeeded or JobState.Pending or JobState.Running => Ok,
        JobState.PartlyFailed => Partly,
        JobState.Cancelled or JobState.Interrupted => Interrupted,
        _ => job.Error?.Code is { } code && Enum.GetValues<RefusalReason>().Where(reason => EnumText.Of(reason) == code).ToArray() is [var reason] ? Of(reason) : Failed,
    };
}

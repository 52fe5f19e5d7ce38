using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>
/// A restored database is one of an earlier time: whoever was converted in it, or has been brought back since, is told at once. The
/// service compares every half hour besides, since restores may run on other hosts.
/// </summary>
internal sealed class ReconcileAfterRestore(ReconcileAccounts reconcile, ConversionStore conversions, Announcements announcements) : IJobReporter
{
    private const string Restore = "restore";
    private const int Shown = 20;

    public async Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (job is not { Kind: Restore, State: JobState.Succeeded or JobState.PartlyFailed } || (await conversions.ListNewestAsync(cancellationToken)).Count == 0)
        {
            return;
        }

        var drifts = await reconcile.HandleAsync(Actor.System, cancellationToken);
        if (drifts.Count > 0)
        {
            await announcements.SayAsync(NewsKind.AccountProblem, $"**After the restore, accounts need a look:**\n{string.Join('\n', drifts.Take(Shown).Select(drift => $"- {drift.Message}"))}\nNext: `sso reconcile`.", cancellationToken);
        }
    }
}

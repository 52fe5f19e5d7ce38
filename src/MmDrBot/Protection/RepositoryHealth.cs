using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Protection;

/// <summary>Remembers what checks and verifications found, so that a damaged repository is not counted as a copy of the data.</summary>
internal sealed partial class RepositoryHealth(StateDatabase state, DamageFindings findings, TimeProvider time, ILogger<RepositoryHealth> logger)
{
    private const int Everything = 100;

    /// <summary>What a restore showed, no reading disproves.</summary>
    internal const int Restored = 101;

    /// <param name="repository">`main`, or the copy's name.</param>
    /// <param name="readShare">How much of the data was read, 0 to 1.</param>
    /// <param name="damage">What was found; empty where all is well.</param>
    internal Task RecordAsync(string repository, double readShare, IReadOnlyList<string> damage) =>
        TryAsync(repository, (transaction, token) => findings.RecordCheckAsync(transaction, repository, (int)Math.Round(readShare * Everything), damage.FirstOrDefault(), time.GetUtcNow(), token));

    /// <param name="repository">`main`, or the copy's name.</param>
    /// <param name="restorePoint">What was verified.</param>
    /// <param name="level">How far.</param>
    /// <param name="damage">What was found; empty where all is well.</param>
    internal Task RecordAsync(string repository, BlobId restorePoint, VerificationLevel level, IReadOnlyList<string> damage) =>
        TryAsync(repository, (transaction, token) => findings.RecordAsync(transaction, repository, restorePoint.ToString(), PercentOf(level), damage.FirstOrDefault(), time.GetUtcNow(), token));

    /// <summary>What reading packs back found. Where one reads well now, or is gone, what was found in it before is over.</summary>
    /// <param name="repository">`main`, or the copy's name.</param>
    /// <param name="read">The packs that were read.</param>
    /// <param name="named">The packs that there are by the indexes.</param>
    /// <param name="damage">What was found; empty where all is well.</param>
    internal async Task RecordPacksAsync(string repository, IReadOnlySet<BlobId> read, IReadOnlySet<BlobId> named, IReadOnlyList<string> damage)
    {
        var found = damage.Select(line => (Pack: DamageFinding.PackOf(line), Line: line)).DistinctBy(item => item.Pack).ToArray();
        await TryAsync(repository, async (transaction, token) =>
        {
            foreach (var pack in PacksOf(repository, await DamageFindings.ListAsync(transaction, token)))
            {
                if (found.All(item => item.Pack != pack.Name) && (read.Contains(pack.Id) || !named.Contains(pack.Id)))
                {
                    await DamageFindings.ForgetAsync(transaction, repository, pack.Name, token);
                }
            }

            foreach (var (pack, line) in found)
            {
                await (pack is null
                    ? findings.RecordCheckAsync(transaction, repository, Everything, line, time.GetUtcNow(), token)
                    : findings.RecordAsync(transaction, repository, pack, Everything, line, time.GetUtcNow(), token));
            }
        });
    }

    /// <summary>The share of the packs, 0 to 1, that a check has to read so that all which reading found before is over when it finds nothing: all, where the content of any was found damaged.</summary>
    internal async Task<double> ShareToDisproveAsync(string repository)
    {
        try
        {
            var found = (await findings.ListAsync(CancellationToken.None)).Where(finding => finding.Repository == repository);
            return Math.Min(Everything, found.Select(finding => finding.ReadPercent).DefaultIfEmpty(0).Max()) / (double)Everything;
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, repository);
            return 0;
        }
    }

    /// <summary>The packs of a repository in which damage was found and not disproved.</summary>
    internal async Task<IReadOnlyList<(BlobId Id, string Name)>> PacksAsync(string repository, CancellationToken cancellationToken) =>
        PacksOf(repository, await findings.ListAsync(cancellationToken));

    private static IReadOnlyList<(BlobId Id, string Name)> PacksOf(string repository, IReadOnlyList<DamageFinding> open) =>
        [.. open.Where(finding => finding.Repository == repository && finding.IsOfPack).Select(finding => (BlobId.TryParse(finding.Subject.AsSpan(finding.Subject!.LastIndexOf('/') + 1), out var id) ? id : default, finding.Subject!))];

    /// <summary>Whether a later verification found whole what a finding says is damaged. One of a time to come was found by a clock that was wrong, before any that is here.</summary>
    internal static bool Disproves(VerificationRecord record, DamageFinding finding, DateTimeOffset now) =>
        record.Good && record.RestorePoint.ToString() == finding.Subject && (record.FinishedAt > finding.At || finding.At > now + RestorePoint.ClockTolerance) && PercentOf(record.Level) >= finding.ReadPercent;

    private static int PercentOf(VerificationLevel level) => level switch
    {
        >= VerificationLevel.Drill => Restored,
        VerificationLevel.Data => Everything,
        _ => 0,
    };

    private async Task TryAsync(string repository, Func<StateTransaction, CancellationToken, Task> write)
    {
        try
        {
            await state.InTransactionAsync(write, CancellationToken.None);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, repository);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The state has no record of what was found in repository {Repository}.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string repository);
    }
}

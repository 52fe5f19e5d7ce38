using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Protection;

/// <summary>How far restore points have been proven good, by the records that lie in the repository beside them.</summary>
internal sealed class TrustBook
{
    private readonly ILookup<BlobId, VerificationRecord> _records;

    private readonly IReadOnlyList<VerificationRecord> _counting;

    private TrustBook(IReadOnlyList<VerificationRecord> records, DateTimeOffset now)
    {
        (Records, _counting) = (records, VerificationRecords.Counting(records, now));
        _records = _counting.ToLookup(record => record.RestorePoint);
    }

    /// <summary>All of them, oldest first, those that count for nothing too.</summary>
    internal IReadOnlyList<VerificationRecord> Records { get; }

    /// <summary>The newest drill (or trial run) that found nothing wrong, of whichever restore point.</summary>
    internal VerificationRecord? LastGoodDrill => _counting.LastOrDefault(record => record.Good && record.Level >= VerificationLevel.Drill);

    /// <summary>Damaged records prove nothing, and `check` names them.</summary>
    internal static async Task<TrustBook> ReadAsync(Repository repository, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(await VerificationRecords.ReadAllAsync(repository, static _ => { }, cancellationToken), now);

    internal PointTrust Of(BlobId restorePoint)
    {
        var records = _records[restorePoint].ToArray();
        var drill = records.LastOrDefault(record => record.Good && record.Level >= VerificationLevel.Drill);
        var boot = records.LastOrDefault(record => record.BootFaults.Count > 0 || record is { Good: true, Level: VerificationLevel.Boot });
        return new PointTrust(VerificationRecords.TrustOf(records), records.LastOrDefault()?.FinishedAt, drill?.FinishedAt, drill?.RestoreSeconds, boot?.BootFaults.Count > 0 ? boot.FinishedAt : null);
    }
}

/// <summary>How far one restore point has been proven good.</summary>
/// <param name="Trust">What its verifications say.</param>
/// <param name="VerifiedAt">When the last of them ended; null: there was none.</param>
/// <param name="DrilledAt">When the last good drill ended.</param>
/// <param name="RestoreSeconds">How long its restore took.</param>
/// <param name="BootFailedAt">When Mattermost last did not run on what was restored; null: it was not tried, or ran since.</param>
internal sealed record PointTrust(Trust Trust, DateTimeOffset? VerifiedAt, DateTimeOffset? DrilledAt, double? RestoreSeconds, DateTimeOffset? BootFailedAt);

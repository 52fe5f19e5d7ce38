using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Maintenance;

/// <summary>
/// Removes records of verifications that say nothing any more: those of restore points that were forgotten, and of the others all but the
/// newest few and the newest of each level and outcome, as long as they are trusted as before. What is locked stays.
/// </summary>
internal static class OldVerifications
{
    private const int Newest = 5;

    /// <summary>A tombstone may still be taken back by whoever wrote it.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    internal static async Task RemoveAsync(Repository repository, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var records = await VerificationRecords.ReadAllAsync(repository, static _ => { }, cancellationToken);
        var stones = await repository.TombstonesAsync(static _ => { }, cancellationToken);
        var young = stones.Where(stone => now - stone.At <= Settled).Select(stone => stone.Target).ToHashSet();
        var forgotten = WholeRepository.Forgotten(stones).Except(young).ToHashSet();
        var names = records.GroupBy(record => record.RestorePoint).SelectMany(group => Superfluous([.. group], forgotten.Contains(group.Key), now)).Select(record => ObjectNames.Of(ObjectKind.Verification, record.Id)).ToArray();
        if (repository.Store.Versions is not { } versions)
        {
            await repository.Store.DeleteAsync(names, cancellationToken);
            return;
        }

        // A marker on top would look as if somebody hid the record.
        foreach (var name in names)
        {
            await LockedPacks.TryDeleteVersionsAsync(versions, name, cancellationToken);
        }
    }

    /// <param name="records">Of one restore point, oldest first.</param>
    /// <param name="isForgotten">Whether that is gone.</param>
    /// <param name="now">The time.</param>
    private static IReadOnlyList<VerificationRecord> Superfluous(IReadOnlyList<VerificationRecord> records, bool isForgotten, DateTimeOffset now)
    {
        if (isForgotten)
        {
            return records;
        }

        // What does not count now may count later, and what overrules another has to stay with it.
        var counting = VerificationRecords.Counting(records, now);
        var kept = counting.GroupBy(record => (record.Level, record.Good, record.BootFaults.Count > 0)).Select(same => same.Last()).Concat(counting.TakeLast(Newest)).Concat(counting.Where(record => record.Overrules.Count > 0)).ToHashSet();
        var others = counting.Where(record => !kept.Contains(record)).ToArray();
        return VerificationRecords.TrustOf(counting.Where(kept.Contains)) == VerificationRecords.TrustOf(counting) ? others : [];
    }
}

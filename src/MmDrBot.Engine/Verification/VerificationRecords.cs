using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>The repository's records of verifications, and what they say of each restore point.</summary>
public static class VerificationRecords
{
    /// <summary>
    /// Writes one down; when this returns, it is durable. It stands against those of a time to come, which were written by a clock that was wrong: damage
    /// against good ones, a good one against damage that it disproves.
    /// </summary>
    public static async Task<BlobId> WriteAsync(Repository repository, VerificationRecord record, CancellationToken cancellationToken)
    {
        var later = (await ReadAllAsync(repository, static _ => { }, cancellationToken)).Where(other => other.RestorePoint == record.RestorePoint && other.FinishedAt > record.FinishedAt);
        var overruled = later.Where(other => record.Good ? !other.Good && record.Level >= ProofFor(other.Level) : other.Good).Select(other => other.Id);
        return await RepositoryRecords.WriteAsync(repository, RecordKind.Verification, record with { Overrules = [.. overruled] }, cancellationToken);
    }

    /// <summary>All of them, oldest first; damaged ones go to <paramref name="onDamage"/> and prove nothing.</summary>
    public static async Task<IReadOnlyList<VerificationRecord>> ReadAllAsync(Repository repository, Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var records = await RepositoryRecords.ReadAllAsync<VerificationRecord>(repository, RecordKind.Verification, onDamage, cancellationToken);
        return [.. records.Select(item => item.Content with { Id = item.Id }).OrderBy(record => record.FinishedAt)];
    }

    /// <summary>
    /// Those that count now, in the same order: not the good ones of a time to come, for a clock was wrong, and they must not pass for newer than
    /// damage that is found today; nor those that a later one overruled, whatever time they bear.
    /// </summary>
    public static IReadOnlyList<VerificationRecord> Counting(IReadOnlyCollection<VerificationRecord> records, DateTimeOffset now)
    {
        var overruled = records.SelectMany(record => record.Overrules).ToHashSet();
        return [.. records.Where(record => !overruled.Contains(record.Id) && (!record.Good || record.FinishedAt <= now + RestorePoint.ClockTolerance))];
    }

    /// <summary>What the records of one restore point, oldest first, say of it.</summary>
    public static Trust TrustOf(IEnumerable<VerificationRecord> records)
    {
        var (best, damagedAt) = (Trust.Taken, default(VerificationLevel?));
        foreach (var record in records)
        {
            if (!record.Good)
            {
                var level = ProofFor(record.Level);
                damagedAt = damagedAt > level ? damagedAt : level;
                best = Trust.Taken;
            }
            else if (damagedAt is null || record.Level >= damagedAt)
            {
                damagedAt = null;
                best = (Trust)Math.Max((int)best, (int)record.Level + 1);
            }
        }

        return damagedAt is null ? best : Trust.Damaged;
    }

    /// <summary>What disproves damage of this level: a drill proves all that a trial run of Mattermost rests on.</summary>
    private static VerificationLevel ProofFor(VerificationLevel level) => level is VerificationLevel.Boot ? VerificationLevel.Drill : level;
}

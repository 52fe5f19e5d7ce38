using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>The repository's records of verifications, and what they say of each restore point.</summary>
public static class VerificationRecords
{
    /// <summary>Writes one down; when this returns, it is durable.</summary>
    public static Task<BlobId> WriteAsync(Repository repository, VerificationRecord record, CancellationToken cancellationToken) =>
        RepositoryRecords.WriteAsync(repository, RecordKind.Verification, record, cancellationToken);

    /// <summary>All of them, oldest first; damaged ones go to <paramref name="onDamage"/> and prove nothing.</summary>
    public static async Task<IReadOnlyList<VerificationRecord>> ReadAllAsync(Repository repository, Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var records = await RepositoryRecords.ReadAllAsync<VerificationRecord>(repository, RecordKind.Verification, onDamage, cancellationToken);
        return [.. records.Select(item => item.Content with { Id = item.Id }).OrderBy(record => record.FinishedAt)];
    }

    /// <summary>What the records of one restore point, oldest first, say of it.</summary>
    public static Trust TrustOf(IEnumerable<VerificationRecord> records)
    {
        var (best, damagedAt) = (Trust.Taken, default(VerificationLevel?));
        foreach (var record in records)
        {
            if (!record.Good)
            {
                // A drill proves all that a trial run of Mattermost rests on.
                var level = record.Level is VerificationLevel.Boot ? VerificationLevel.Drill : record.Level;
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
}

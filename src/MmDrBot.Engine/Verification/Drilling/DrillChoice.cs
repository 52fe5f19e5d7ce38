using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// Which restore point a drill takes for the latest. The very newest may hold the configuration alone, and its drill would prove nothing of the
/// database: so of the newest restore points of each component it takes the one with the most components; of several such the one whose components were drilled the longest ago.
/// </summary>
public static class DrillChoice
{
    /// <param name="repository">Where it lies.</param>
    /// <param name="now">The time; what bears a later one is taken only where there is nothing else.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EngineException">There is no restore point, or a damaged one hides which is the latest.</exception>
    public static async Task<RestorePoint> LatestAsync(Repository repository, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var latest = await WholeRepository.LatestAsync(repository, cancellationToken);
        return await FindAsync(repository, now, cancellationToken) ?? latest;
    }

    /// <summary>As <see cref="LatestAsync"/>, of what reads and bears no later time; null where there is nothing such.</summary>
    public static async Task<RestorePoint?> FindAsync(Repository repository, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var points = await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken);
        var records = await VerificationRecords.ReadAllAsync(repository, static _ => { }, cancellationToken);
        return Choose([.. points.Where(point => !point.IsAhead(now))], VerificationRecords.Counting(records, now));
    }

    /// <param name="points">Oldest first.</param>
    /// <param name="records">What came of verifications.</param>
    internal static RestorePoint? Choose(IReadOnlyList<RestorePoint> points, IReadOnlyList<VerificationRecord> records)
    {
        var drills = records.Where(record => record is { Good: true, Level: >= VerificationLevel.Drill }).ToLookup(record => record.RestorePoint, record => record.FinishedAt);
        DateTimeOffset DrilledAt(RestorePoint candidate) => points.Where(point => !candidate.Components.Except(point.Components).Any()).SelectMany(point => drills[point.Id]).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        return points.SelectMany(point => point.Components).Distinct()
            .Select(component => points.Last(point => point.Components.Contains(component))).Distinct()
            .OrderByDescending(point => point.Components.Count).ThenBy(DrilledAt).ThenByDescending(point => point.CreatedAt).FirstOrDefault();
    }
}

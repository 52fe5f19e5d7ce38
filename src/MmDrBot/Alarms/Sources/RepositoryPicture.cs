using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Alarms.Sources;

/// <summary>What the repository holds, as it was last looked at.</summary>
/// <param name="At">When.</param>
/// <param name="RepositoryId">Which.</param>
/// <param name="Points">All restore points that read, oldest first, but for those whose time has not come.</param>
/// <param name="Records">What came of verifications, oldest first, but for those that count for nothing.</param>
/// <param name="Unreadable">What is wrong with manifests that do not read, a sentence each.</param>
internal sealed record RepositoryPicture(DateTimeOffset At, string RepositoryId, IReadOnlyList<RestorePoint> Points, IReadOnlyList<VerificationRecord> Records, IReadOnlyList<string> Unreadable)
{
    private readonly Dictionary<BlobId, Trust> _trust = Records.GroupBy(record => record.RestorePoint).ToDictionary(group => group.Key, VerificationRecords.TrustOf);

    /// <summary>Restore points of a time to come: a clock was wrong. They say nothing of how old the newest is.</summary>
    public IReadOnlyList<RestorePoint> Ahead { get; init; } = [];

    /// <summary>Restore points that are gone though nobody forgot them.</summary>
    public IReadOnlyList<BlobId> Vanished { get; init; } = [];

    /// <summary>Bytes of all objects; null where they were not counted.</summary>
    public long? Bytes { get; init; }

    internal Trust TrustOf(RestorePoint point) => _trust.GetValueOrDefault(point.Id, Trust.Taken);

    /// <summary>The newest restore point with a component that nothing speaks against.</summary>
    internal RestorePoint? Newest(string component) => Points.LastOrDefault(point => point.Components.Contains(component) && TrustOf(point) is not Trust.Damaged);

    /// <summary>The newest drill of a restore point with a component that went well.</summary>
    internal VerificationRecord? LastDrill(string component)
    {
        var with = Points.Where(point => point.Components.Contains(component)).Select(point => point.Id).ToHashSet();
        return Records.LastOrDefault(record => record is { Good: true, Level: >= VerificationLevel.Drill } && with.Contains(record.RestorePoint));
    }
}

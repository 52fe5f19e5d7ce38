using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>How a repository is to be checked.</summary>
public sealed record CheckRequest
{
    /// <summary>The share of the packs to read from end to end: 0 none, 1 all.</summary>
    public double ReadShare { get; init; }

    /// <summary>Restore points that somebody recorded as committed and not forgotten; each must be there.</summary>
    public IReadOnlyCollection<BlobId> Expected { get; init; } = [];

    /// <summary>Restore points that are known to be elsewhere and were not copied here yet: that they are missing is no damage.</summary>
    public IReadOnlyCollection<BlobId> Elsewhere { get; init; } = [];
}

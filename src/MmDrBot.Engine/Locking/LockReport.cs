using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Locking;

/// <summary>How the repository's locks stand after they were looked after.</summary>
public sealed record LockReport
{
    /// <summary>How firmly objects are locked.</summary>
    public required LockMode Mode { get; init; }

    /// <summary>Objects that are kept locked.</summary>
    public required int Objects { get; init; }

    /// <summary>Of those, how many were locked longer now.</summary>
    public required int Extended { get; init; }

    /// <summary>Of those, how many the store was asked about.</summary>
    public required int Asked { get; init; }

    /// <summary>When the first of their locks ends.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>What somebody should look at: objects that were hidden, written over, or whose locks were shortened.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

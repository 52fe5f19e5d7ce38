using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Keeping;

/// <summary>What a decision rests on.</summary>
public sealed record RetentionFacts
{
    /// <summary>All live restore points, in any order.</summary>
    public required IReadOnlyList<RestorePoint> Points { get; init; }

    /// <summary>What came of verifications, in any order.</summary>
    public IReadOnlyList<VerificationRecord> Verifications { get; init; } = [];

    /// <summary>Pins and holds in force.</summary>
    public IReadOnlyList<Pin> Pins { get; init; } = [];

    /// <summary>How old the newest with a component may be, where it is known; of others it is guessed.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Expected { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What could not be read, a sentence each; while there is any, nothing is removed.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}

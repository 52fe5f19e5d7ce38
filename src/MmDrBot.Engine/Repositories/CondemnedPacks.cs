namespace MmDrBot.Engine.Repositories;

/// <summary>Packs that a later prune may delete.</summary>
internal sealed record CondemnedPacks(DateTimeOffset At, IReadOnlyList<BlobId> Packs);

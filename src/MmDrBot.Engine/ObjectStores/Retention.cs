namespace MmDrBot.Engine.ObjectStores;

/// <summary>The lock of one version of an object.</summary>
/// <param name="Mode">How firmly it holds.</param>
/// <param name="Until">Its end, UTC.</param>
public readonly record struct Retention(LockMode Mode, DateTimeOffset Until);

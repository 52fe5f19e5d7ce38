namespace MmDrBot.Engine.Tests.ObjectStores.Local;

/// <summary>Tests that run while no other does.</summary>
[CollectionDefinition(FileSizeLimit.Alone, DisableParallelization = true)]
public sealed class AloneCollection;

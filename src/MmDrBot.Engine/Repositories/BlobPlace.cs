namespace MmDrBot.Engine.Repositories;

/// <summary>Where a blob lies: the pack, its number and offset there, its stored and its real length.</summary>
internal readonly record struct BlobPlace(BlobId Pack, int PackSize, int Number, int Offset, int Stored, int Content);

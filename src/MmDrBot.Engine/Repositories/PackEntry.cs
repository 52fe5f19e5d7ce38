namespace MmDrBot.Engine.Repositories;

/// <summary>A pack as an index lists it.</summary>
internal sealed record PackEntry(BlobId Id, int Size, BlobRecord[] Blobs);

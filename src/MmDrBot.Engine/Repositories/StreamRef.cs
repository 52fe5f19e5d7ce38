namespace MmDrBot.Engine.Repositories;

/// <summary>Names long content: its length in bytes, the root blob (null when empty) and how many levels of id lists lie between.</summary>
public sealed record StreamRef(long Size, int Depth, BlobId? Root)
{
    /// <summary>No bytes at all.</summary>
    public static StreamRef Empty { get; } = new(0, 0, null);
}

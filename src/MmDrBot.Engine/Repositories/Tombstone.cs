namespace MmDrBot.Engine.Repositories;

/// <summary>Says that a restore point or key slot was removed on purpose.</summary>
internal sealed record Tombstone(string Kind, BlobId Target, DateTimeOffset At, string By)
{
    internal const string RestorePoint = "restore-point";
    internal const string KeySlot = "key-slot";
}

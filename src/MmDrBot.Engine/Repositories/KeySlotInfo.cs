namespace MmDrBot.Engine.Repositories;

/// <summary>A key slot as `mmdr key list` shows it.</summary>
public sealed record KeySlotInfo(BlobId Id, KeyKind Kind, string? Label, DateTimeOffset CreatedAt);

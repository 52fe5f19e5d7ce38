namespace MmDrBot.Engine.ObjectStores;

/// <summary>One version of an object, or a delete marker, as a listing of versions shows it.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Version">What the store calls this version.</param>
/// <param name="IsLatest">Whether readers who name no version get this one.</param>
/// <param name="IsMarker">Whether it is no content but the mark of a delete.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When it was written.</param>
/// <param name="ETag">What the store calls its content, without quotes.</param>
public sealed record StoredVersion(string Name, string Version, bool IsLatest, bool IsMarker, long Size, DateTimeOffset Modified, string? ETag);

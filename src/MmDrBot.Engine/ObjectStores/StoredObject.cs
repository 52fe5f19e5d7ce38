namespace MmDrBot.Engine.ObjectStores;

/// <summary>An object as a listing shows it.</summary>
/// <param name="Name">Its name, with `/` between the parts.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When the store says it was written.</param>
/// <param name="ETag">What the store calls this version of the content, without quotes; null where it does not say.</param>
public readonly record struct StoredObject(string Name, long Size, DateTimeOffset Modified, string? ETag = null);

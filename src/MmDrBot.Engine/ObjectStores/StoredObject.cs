namespace MmDrBot.Engine.ObjectStores;

/// <summary>An object as a listing shows it.</summary>
/// <param name="Name">Its name, with `/` between the parts.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When the store says it was written.</param>
public readonly record struct StoredObject(string Name, long Size, DateTimeOffset Modified);

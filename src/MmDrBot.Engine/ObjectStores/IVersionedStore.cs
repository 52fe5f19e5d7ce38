namespace MmDrBot.Engine.ObjectStores;

/// <summary>
/// What a store with versions and locks can do besides. In it a delete only hides an object behind a marker, and a write over an object
/// leaves the older version below. Fails as <see cref="IObjectStore"/> does; what credentials are denied is <see cref="EngineFault.Denied"/>.
/// </summary>
public interface IVersionedStore
{
    /// <summary>The lock that objects are written with; null when none is asked for.</summary>
    ObjectLock? Lock { get; }

    /// <summary>Ends with an <see cref="EngineException"/> where a lock is asked for and the store has none.</summary>
    Task RequireLockAsync(CancellationToken cancellationToken);

    /// <summary>Lists all versions of the objects whose names begin with <paramref name="prefix"/>: by name, of one name the newest first.</summary>
    IAsyncEnumerable<StoredVersion> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Reads all of one version.</summary>
    Task<byte[]> ReadAsync(StoredVersion version, CancellationToken cancellationToken);

    /// <summary>The lock of a version, or of the newest where none is named; null when it has none.</summary>
    Task<Retention?> FindRetentionAsync(string name, string? version, CancellationToken cancellationToken);

    /// <summary>Locks a version, or locks it longer.</summary>
    Task RetainAsync(string name, string version, Retention retention, CancellationToken cancellationToken);

    /// <summary>Deletes a version, or a marker, for good.</summary>
    /// <returns>False when the store refuses: it is locked, or the credentials may not.</returns>
    Task<bool> TryDeleteAsync(string name, string version, CancellationToken cancellationToken);

    /// <summary>Writes a version on top of whatever is there, locked like any object.</summary>
    Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}

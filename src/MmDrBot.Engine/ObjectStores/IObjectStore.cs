namespace MmDrBot.Engine.ObjectStores;

/// <summary>
/// A place that holds named objects which are written once. Safe for use by several threads. After cancellation nothing is written.
/// A missing object is a <see cref="FileNotFoundException"/>; what a retry may heal is an <see cref="IOException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>Where it is, fit for messages; holds no secret.</summary>
    string Location { get; }

    /// <summary>How many objects are worth writing at the same time.</summary>
    int Parallelism { get; }

    /// <summary>Whether reading many small parts is about as fast as reading a whole object.</summary>
    bool HasCheapRanges { get; }

    /// <summary>
    /// Writes an object that must not exist. When this returns, the object is durable and whole. May be repeated.
    /// </summary>
    /// <param name="name">The object's name.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="cancellationToken">Ends the call; the object then exists whole or not at all.</param>
    /// <returns>False when an object of that name was there already; it is left as it was.</returns>
    Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; an object that ends earlier is an <see cref="EndOfStreamException"/>.</summary>
    Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>The object's size in bytes, or null when there is none.</summary>
    Task<long?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lists the objects whose names begin with <paramref name="prefix"/>, in no particular order.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Whether two who create one object at once can never both succeed. Where they can, prune works only for a sole writer.</summary>
    /// <param name="name">A small object that is there; it is left as it is, so that those who may only append can ask too.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> CreatesOnceAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>
    /// Whether the store itself vouches that it holds the right bytes: it hashed what it received, and gives that back. False where it does not
    /// say; the bytes have to be read then.
    /// </summary>
    /// <param name="name">The object's name.</param>
    /// <param name="hash">The SHA-256 that they should have.</param>
    /// <param name="content">The bytes themselves where they are at hand, else empty: some stores vouch by another hash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> ConfirmsAsync(string name, ReadOnlyMemory<byte> hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>What the store does with versions and locks; null where it knows neither.</summary>
    IVersionedStore? Versions => null;

    /// <summary>Removes objects; those that do not exist are no error. Only prune, forget, key remove and the probe call this.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>Finds what an interrupted writer left behind (temporary files, unfinished uploads), and removes it if asked to.</summary>
    /// <returns>The names of what was found.</returns>
    Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken);
}

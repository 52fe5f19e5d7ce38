using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>Fails reads (of at least so many bytes) of some objects as a disk with a bad sector does; they are listed like all others.</summary>
internal sealed class UnreadableObjectStore(IObjectStore inner, Func<string, bool> isUnreadable, int atLeast = 0) : IObjectStore
{
    public string Location => inner.Location;

    public int Parallelism => inner.Parallelism;

    public bool HasCheapRanges => inner.HasCheapRanges;

    public Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.CreateAsync(name, content, cancellationToken);

    public Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        destination.Length >= atLeast && isUnreadable(name) ? throw new IOException("Input/output error") : inner.ReadAsync(name, offset, destination, cancellationToken);

    public Task<long?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => inner.DeleteAsync(names, cancellationToken);

    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => inner.LeftoversAsync(remove, cancellationToken);
}

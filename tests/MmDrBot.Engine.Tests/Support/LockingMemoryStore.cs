using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Tests.ObjectStores;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>Objects in memory with locks on a clock of the test's, for simulations of months; counts what a bucket would be asked.</summary>
internal sealed class LockingMemoryStore(MemoryObjectStore inner, ObjectLock wanted, TimeProvider time) : IObjectStore, IVersionedStore
{
    private readonly ConcurrentDictionary<string, Retention> _locks = [];
    private int _listings;
    private int _questions;
    private int _extensions;
    private int _reads;

    public string Location => inner.Location;

    public int Parallelism => inner.Parallelism;

    public bool HasCheapRanges => inner.HasCheapRanges;

    public IVersionedStore Versions => this;

    public ObjectLock Lock => wanted;

    internal IReadOnlyDictionary<string, Retention> Locks => _locks;

    /// <summary>Listings by pages of a thousand, questions for locks, extensions and reads since the last time this was asked.</summary>
    internal (int Listings, int Questions, int Extensions, int Reads) Counted() =>
        (Interlocked.Exchange(ref _listings, 0), Interlocked.Exchange(ref _questions, 0), Interlocked.Exchange(ref _extensions, 0), Interlocked.Exchange(ref _reads, 0));

    public async Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!await inner.CreateAsync(name, content, cancellationToken))
        {
            return false;
        }

        if (ObjectLock.Covers(name))
        {
            _locks[name] = wanted.From(time.GetUtcNow());
        }

        return true;
    }

    public Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadAsync(name, offset, destination, cancellationToken);
    }

    public Task<long?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        Interlocked.Increment(ref _listings);
        await foreach (var item in inner.ListAsync(prefix, cancellationToken))
        {
            if (++number % 1000 == 0)
            {
                Interlocked.Increment(ref _listings);
            }

            yield return item;
        }
    }

    async IAsyncEnumerable<StoredVersion> IVersionedStore.ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in ListAsync(prefix, cancellationToken))
        {
            yield return new StoredVersion(item.Name, "1", true, false, item.Size, item.Modified, "e");
        }
    }

    /// <summary>As a lock would have it: what is deleted early is a bug of the program under test.</summary>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            _locks.TryRemove(name, out _);
        }

        return inner.DeleteAsync(names, cancellationToken);
    }

    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => inner.LeftoversAsync(remove, cancellationToken);

    public Task RequireLockAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<byte[]> ReadAsync(StoredVersion version, CancellationToken cancellationToken) => inner.ReadAllAsync(version.Name, long.MaxValue, cancellationToken);

    public Task<Retention?> FindRetentionAsync(string name, string? version, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _questions);
        return Task.FromResult(_locks.TryGetValue(name, out var held) ? held : (Retention?)null);
    }

    public Task RetainAsync(string name, string version, Retention retention, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _extensions);
        _locks[name] = retention;
        return Task.CompletedTask;
    }

    public async Task<bool> TryDeleteAsync(string name, string version, CancellationToken cancellationToken)
    {
        if (_locks.TryGetValue(name, out var held) && held.Until > time.GetUtcNow())
        {
            return false;
        }

        await DeleteAsync([name], cancellationToken);
        return true;
    }

    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        inner.Objects[name] = content.ToArray();
        return Task.CompletedTask;
    }
}

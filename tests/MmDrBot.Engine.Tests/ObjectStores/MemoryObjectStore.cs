using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Tests.ObjectStores;

/// <summary>Objects in memory, for tests that need thousands of repositories; <see cref="Objects"/> is open to vandals.</summary>
internal sealed class MemoryObjectStore : IObjectStore
{
    private readonly TimeProvider _time;

    internal MemoryObjectStore(TimeProvider? time = null, IEnumerable<KeyValuePair<string, byte[]>>? objects = null) =>
        (_time, Objects) = (time ?? TimeProvider.System, new ConcurrentDictionary<string, byte[]>(objects ?? []));

    internal ConcurrentDictionary<string, byte[]> Objects { get; }

    internal ConcurrentDictionary<string, DateTimeOffset> Written { get; } = [];

    public string Location => "memory";

    public int Parallelism => 1;

    public bool HasCheapRanges => true;

    public Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isNew = Objects.TryAdd(name, content.ToArray());
        if (isNew)
        {
            Written[name] = _time.GetUtcNow();
        }

        return Task.FromResult(isNew);
    }

    public Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Objects.TryGetValue(name, out var content))
        {
            throw new FileNotFoundException($"{name} is not there.", name);
        }

        if (destination.Length > 0 && offset + destination.Length > content.Length)
        {
            throw new EndOfStreamException($"{name} ends before {offset + destination.Length}.");
        }

        content.AsMemory((int)Math.Min(offset, content.Length), destination.Length).CopyTo(destination);
        return Task.CompletedTask;
    }

    public Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Objects.TryGetValue(name, out var content) ? content.Length : (long?)null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (name, content) in Objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new StoredObject(name, content.Length, Written.GetValueOrDefault(name));
        }
    }

    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Objects.TryRemove(name, out _);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);
}

using System.Runtime.CompilerServices;
using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>Lets something happen right before the first call that fits; calls are described as `create NAME`, `read NAME`, `find NAME`, `list PREFIX`, `delete`.</summary>
internal sealed class HookedObjectStore(IObjectStore inner, Func<string, bool> fits, Func<Task> happen) : IObjectStore
{
    private int _happened;

    public string Location => inner.Location;

    public int Parallelism => inner.Parallelism;

    public bool HasCheapRanges => inner.HasCheapRanges;

    public async Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await SeeAsync($"create {name}");
        return await inner.CreateAsync(name, content, cancellationToken);
    }

    public async Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await SeeAsync($"read {name}");
        await inner.ReadAsync(name, offset, destination, cancellationToken);
    }

    public async Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await SeeAsync($"find {name}");
        return await inner.FindAsync(name, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await SeeAsync($"list {prefix}");
        await foreach (var item in inner.ListAsync(prefix, cancellationToken))
        {
            yield return item;
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        await SeeAsync("delete");
        await inner.DeleteAsync(names, cancellationToken);
    }

    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => inner.LeftoversAsync(remove, cancellationToken);

    private async Task SeeAsync(string call)
    {
        if (fits(call) && Interlocked.Exchange(ref _happened, 1) == 0)
        {
            await happen();
        }
    }
}

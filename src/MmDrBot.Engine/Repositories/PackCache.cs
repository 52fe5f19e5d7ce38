using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>The last few packs that were fetched whole, in buffers that are used again. Each pack is fetched so once: whoever wants it again later, or when all buffers are in use, reads a part. May be shared by readers.</summary>
internal sealed class PackCache(IObjectStore store)
{
    // Of some 16 MB each: what is being read counts, too, so that memory is bounded however many readers there are.
    private const int Kept = 5;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = [];
    private readonly HashSet<BlobId> _fetched = [];

    /// <summary>Null where reading parts costs no more than reading whole packs.</summary>
    internal static PackCache? For(IObjectStore store) => store.HasCheapRanges ? null : new PackCache(store);

    /// <summary>Gives the pack to <paramref name="use"/>, or returns false when it is not kept and can't be fetched.</summary>
    internal async Task<bool> TryUseAsync(BlobPlace place, Action<ReadOnlyMemory<byte>> use, CancellationToken cancellationToken)
    {
        if (Take(place, cancellationToken) is not { } entry)
        {
            return false;
        }

        try
        {
            use((await entry.Content).AsMemory(0, place.PackSize));
            return true;
        }
        finally
        {
            Release(entry);
        }
    }

    private Entry? Take(BlobPlace place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var entry = _entries.FirstOrDefault(entry => entry.Pack == place.Pack);
            if (entry is not null)
            {
                _entries.Remove(entry);
            }
            else if (!_fetched.Contains(place.Pack) && MakeRoom())
            {
                _fetched.Add(place.Pack);
                entry = new Entry(place.Pack, FetchAsync(place, cancellationToken)) { Users = 1 };
            }
            else
            {
                return null;
            }

            entry.Users++;
            _entries.AddFirst(entry);
            return entry;
        }
    }

    /// <summary>Lets the pack go that was not used for the longest time; false when all are in use.</summary>
    private bool MakeRoom()
    {
        if (_entries.Count < Kept)
        {
            return true;
        }

        if (_entries.LastOrDefault(entry => entry.Users == 1) is not { } idle)
        {
            return false;
        }

        _entries.Remove(idle);
        Drop(idle);
        return true;
    }

    private void Release(Entry entry)
    {
        lock (_lock)
        {
            Drop(entry);
        }
    }

    private static void Drop(Entry entry)
    {
        if (--entry.Users == 0 && entry.Content.IsCompletedSuccessfully)
        {
            Buffers.Return(entry.Content.Result);
        }
    }

    private async Task<byte[]> FetchAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var buffer = Buffers.Rent(place.PackSize);
        await store.ReadAsync(ObjectNames.Of(ObjectKind.Pack, place.Pack), 0, buffer.AsMemory(0, place.PackSize), cancellationToken);
        return buffer;
    }

    /// <summary>The cache itself counts as a user.</summary>
    private sealed record Entry(BlobId Pack, Task<byte[]> Content)
    {
        internal int Users { get; set; }
    }
}

namespace MmDrBot.Engine.Repositories;

/// <summary>Where every known blob lies; about 70 bytes of memory a blob. Safe for use by several threads.</summary>
internal sealed class BlobIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlobId, Location> _blobs = [];
    private readonly Dictionary<BlobId, List<Location>> _copies = [];
    private readonly List<PackEntry> _packs = [];

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _blobs.Count;
            }
        }
    }

    internal void Add(PackEntry pack)
    {
        lock (_lock)
        {
            var number = _packs.Count;
            _packs.Add(pack with { Blobs = [] });
            var offset = ObjectHeader.Length;
            for (var i = 0; i < pack.Blobs.Length; i++)
            {
                var blob = pack.Blobs[i];
                Put(blob.Id, new Location(number, i, offset, blob.Stored, blob.Content));
                offset += blob.Stored;
            }
        }
    }

    internal BlobPlace? Find(BlobId id)
    {
        lock (_lock)
        {
            return _blobs.TryGetValue(id, out var at) && at.Pack >= 0 ? Place(at) : null;
        }
    }

    /// <summary>Where further copies of the blob lie, for when the first one is damaged.</summary>
    internal BlobPlace[] FindCopies(BlobId id)
    {
        lock (_lock)
        {
            return _copies.TryGetValue(id, out var copies) ? [.. copies.Select(Place)] : [];
        }
    }

    internal bool Contains(BlobId id)
    {
        lock (_lock)
        {
            return _blobs.ContainsKey(id);
        }
    }

    /// <summary>Takes on the task of storing a blob; whoever asks later is told that it is (or will be) there.</summary>
    internal bool TryReserve(BlobId id)
    {
        lock (_lock)
        {
            return _blobs.TryAdd(id, new Location(-1, 0, 0, 0, 0));
        }
    }

    private void Put(BlobId id, Location location)
    {
        if (_blobs.TryGetValue(id, out var other) && other.Pack >= 0)
        {
            (_copies.TryGetValue(id, out var copies) ? copies : _copies[id] = []).Add(other);
        }

        _blobs[id] = location;
    }

    private BlobPlace Place(Location at) => new(_packs[at.Pack].Id, _packs[at.Pack].Size, at.Number, at.Offset, at.Stored, at.Content);

    private readonly record struct Location(int Pack, int Number, int Offset, int Stored, int Content);
}

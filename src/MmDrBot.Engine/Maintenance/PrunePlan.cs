using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>What a prune will do; made of facts alone, without effects.</summary>
internal sealed record PrunePlan
{
    /// <summary>Packs to delete now, with their sizes.</summary>
    internal required IReadOnlyDictionary<BlobId, long> Delete { get; init; }

    /// <summary>Packs to condemn, those that are rewritten among them.</summary>
    internal required IReadOnlyList<BlobId> Condemn { get; init; }

    /// <summary>Packs to copy the needed blobs out of.</summary>
    internal required IReadOnlyList<PackEntry> Rewrite { get; init; }

    /// <summary>Condemned packs that a restore point needs again.</summary>
    internal required IReadOnlyList<BlobId> Reprieved { get; init; }

    /// <summary>Condemned lists that are done with.</summary>
    internal required IReadOnlyList<BlobId> Settled { get; init; }

    /// <summary>The packs that there will be when all this is done.</summary>
    internal required IReadOnlySet<BlobId> Remaining { get; init; }

    /// <summary>Condemned packs that are too young.</summary>
    internal required int Waiting { get; init; }

    /// <summary>Packs that would be deleted if their locks had run out.</summary>
    internal IReadOnlyCollection<BlobId> Locked { get; init; } = [];

    /// <summary>Leaves locked packs for a later prune. Their lists go, so that nothing else on them stays condemned; a list of their own keeps them so.</summary>
    internal PrunePlan Without(IReadOnlyCollection<BlobId> locked) => locked.Count == 0 ? this : this with
    {
        Delete = Delete.Where(pack => !locked.Contains(pack.Key)).ToDictionary(),
        Remaining = Remaining.Concat(locked).ToHashSet(),
        Locked = locked,
    };

    internal static PrunePlan Make(LoadedIndex loaded, HashSet<BlobId> needed, List<(BlobId Id, CondemnedPacks Content)> condemned, PruneRequest request, DateTimeOffset now)
    {
        var ripe = condemned.Where(list => now - list.Content.At >= request.MinimumAge).ToArray();
        var ripePacks = ripe.SelectMany(list => list.Content.Packs).ToHashSet();
        var young = condemned.SelectMany(list => list.Content.Packs).Where(id => !ripePacks.Contains(id)).ToHashSet();
        var elsewhere = BlobsOutside(loaded, [.. ripePacks, .. young, .. loaded.Distrusted]);
        bool IsNeeded(BlobId pack) => loaded.Packs.TryGetValue(pack, out var entry) && entry.Blobs.Any(blob => needed.Contains(blob.Id) && !elsewhere.Contains(blob.Id));

        HashSet<BlobId> NeededOnlyThere(PackEntry pack) => [.. pack.Blobs.Select(blob => blob.Id).Where(id => needed.Contains(id) && !elsewhere.Contains(id))];

        var delete = ripePacks.Where(id => loaded.Present.ContainsKey(id) && !IsNeeded(id)).ToDictionary(id => id, id => loaded.Present[id]);
        var condemnable = loaded.Present.Keys.Where(id => !ripePacks.Contains(id) && !young.Contains(id)).ToArray();
        var orphans = condemnable.Where(id => !loaded.Packs.ContainsKey(id));
        var judged = condemnable.Where(loaded.Packs.ContainsKey).Select(id => (Pack: loaded.Packs[id], Waste: Waste(loaded.Packs[id], loaded.Distrusted.Contains(id) ? NeededOnlyThere(loaded.Packs[id]) : needed))).Where(item => item.Waste > request.MaximumWaste || loaded.Distrusted.Contains(item.Pack.Id)).ToArray();
        return new PrunePlan
        {
            Delete = delete,
            Condemn = [.. orphans.Concat(judged.Select(item => item.Pack.Id)).Order()],
            Rewrite = [.. judged.Where(item => item.Waste < 1).Select(item => item.Pack)],
            Reprieved = [.. ripePacks.Where(IsNeeded)],
            Settled = [.. ripe.Select(list => list.Id)],
            Remaining = loaded.Present.Keys.Where(id => !delete.ContainsKey(id)).ToHashSet(),
            Waiting = young.Count,
        };
    }

    private static HashSet<BlobId> BlobsOutside(LoadedIndex loaded, HashSet<BlobId> packs) =>
        [.. loaded.Packs.Values.Where(pack => !packs.Contains(pack.Id) && loaded.Present.ContainsKey(pack.Id)).SelectMany(pack => pack.Blobs).Select(blob => blob.Id)];

    private static double Waste(PackEntry pack, HashSet<BlobId> needed)
    {
        var total = pack.Blobs.Sum(blob => (long)blob.Stored);
        return total == 0 ? 1 : 1 - ((double)pack.Blobs.Where(blob => needed.Contains(blob.Id)).Sum(blob => (long)blob.Stored) / total);
    }
}

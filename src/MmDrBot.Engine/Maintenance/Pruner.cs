using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>
/// Frees space in two phases that may lie days apart. First packs that hold little or nothing of use are condemned (what is of use in them
/// is copied before). A later run deletes them, once they are old enough and if no restore point needs them after all: index first, packs
/// last. It refuses to work on a repository that has any damage it can see. A crash at any point leaves notes, never damage.
/// </summary>
public sealed class Pruner(Repository repository, TimeProvider time)
{
    private const int Attempts = 50;
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(15);

    /// <summary>Prunes. The caller keeps other prunes of this host out.</summary>
    public async Task<PruneResult> RunAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        if (!request.SoleWriter && !request.DryRun && !await repository.Store.CreatesOnceAsync(ObjectNames.Descriptor, cancellationToken))
        {
            throw new EngineException(EngineFault.Conflict, $"{repository.Location} does not refuse to overwrite objects, so a prune beside another writer is not safe.", "Make sure that nothing else uses the repository, and say --sole-writer.");
        }

        if (!request.DryRun)
        {
            await RequireDeletionAsync(repository, "nothing was pruned", cancellationToken);
        }

        var (plan, facts, locked) = await PlanAsync(request, cancellationToken);
        var kept = 0;
        if (!request.DryRun)
        {
            kept = await SweepAsync(plan, facts, cancellationToken);
            await CondemnAsync(plan, facts.Needed, cancellationToken);
            await OldVerifications.RemoveAsync(repository, time.GetUtcNow(), cancellationToken);
        }

        var leftovers = await repository.Store.LeftoversAsync(remove: !request.DryRun, cancellationToken);

        return new PruneResult(plan.Condemn.Count, plan.Rewrite.Count, plan.Reprieved.Count, plan.Delete.Count, plan.Delete.Sum(pack => pack.Value), plan.Waiting, leftovers.Count)
        {
            Locked = locked.Count,
            LockedUntil = locked.Count > 0 ? locked.Values.Max() : null,
            Kept = kept,
        };
    }

    /// <summary>
    /// Plans, and looks again: another prune may have reprieved a pack that is to go, and a backup may rely on it since then. Until the look
    /// shows what the plan was made of, it is made anew. That is quick: of restore points only those are read that came since. What one needs that
    /// was forgotten meanwhile is kept until the next prune.
    /// </summary>
    private async Task<(PrunePlan Plan, Facts Facts, IReadOnlyDictionary<BlobId, DateTimeOffset> Locked)> PlanAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        var (read, needed) = (new HashSet<BlobId>(), new HashSet<BlobId>());
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var facts = await FactsAsync(read, needed, cancellationToken);
            var plan = PrunePlan.Make(facts.Loaded, facts.Needed, facts.Condemned, request, time.GetUtcNow());
            var locked = await LockedPacks.FindAsync(repository, plan.Delete.Keys, time.GetUtcNow(), cancellationToken);
            plan = plan.Without([.. locked.Keys]);
            var look = time.GetUtcNow();
            if (request.DryRun || await HoldsAsync(plan, facts, cancellationToken))
            {
                return time.GetUtcNow() - look <= LongestLook
                    ? (plan, facts, locked)
                    : throw new EngineException(EngineFault.Unavailable, "The last look at the repository before the deletion took too long; nothing was pruned.", "The machine or the store is stalled. Prune again.");
            }
        }

        throw new EngineException(EngineFault.Conflict, "The repository changed again and again while the prune was planned; nothing was pruned.", "Backups or another prune got in between. Prune again when they are through.");
    }

    /// <param name="read">The restore points that were read; those that are read now are added.</param>
    /// <param name="needed">What they need.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<Facts> FactsAsync(HashSet<BlobId> read, HashSet<BlobId> needed, CancellationToken cancellationToken)
    {
        var condemned = await CondemnedAsync(cancellationToken);
        var commits = await CommitsAsync(cancellationToken);
        var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
        await AddNeededAsync(loaded, read, needed, cancellationToken);
        return new Facts(condemned, commits, loaded, needed);
    }

    private async Task<bool> HoldsAsync(PrunePlan plan, Facts facts, CancellationToken cancellationToken)
    {
        var lists = (await repository.ListAsync(ObjectKind.Condemned, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().ToHashSet();
        return plan.Settled.All(lists.Contains) && (await CommitsAsync(cancellationToken)).IsSubsetOf(facts.Commits);
    }

    /// <summary>Whatever makes a restore point: its manifest, or a tombstone that takes others back.</summary>
    private async Task<HashSet<string>> CommitsAsync(CancellationToken cancellationToken) =>
        [.. (await repository.ListAsync(ObjectKind.Manifest, cancellationToken)).Concat(await repository.ListAsync(ObjectKind.Tombstone, cancellationToken)).Select(item => item.Name)];

    /// <summary>Without the right to delete, a prune would only add notes and indexes, and then fail; so would other removals.</summary>
    internal static async Task RequireDeletionAsync(Repository repository, string otherwise, CancellationToken cancellationToken)
    {
        if (repository.Store.Versions is not null && await StoreProbe.TouchAsync(repository.Store, cancellationToken) is { } refused)
        {
            throw new EngineException(EngineFault.Denied, $"These credentials may not delete, so {otherwise}: {refused}", "Prune from a more trusted machine, with credentials that have s3:DeleteObject (docs/immutable.md).");
        }
    }

    private async Task<List<(BlobId Id, CondemnedPacks Content)>> CondemnedAsync(CancellationToken cancellationToken)
    {
        var lists = await CondemnedLists.ReadAsync(repository, cancellationToken);
        return lists.Unreadable.Count == 0
            ? lists.Readable
            : throw new EngineException(EngineFault.Damaged, lists.Unreadable[0].Damage.Message, $"Put a good copy of it back, or give it up: `mmdr repository give-up {lists.Unreadable[0].Item.Name} --reason TEXT`.");
    }

    private async Task AddNeededAsync(LoadedIndex loaded, HashSet<BlobId> read, HashSet<BlobId> needed, CancellationToken cancellationToken)
    {
        var index = loaded.ToBlobIndex();
        using var reader = new BlobReader(repository, index);
        var points = await WholeRepository.RestorePointsAsync(repository, "nothing is pruned: what it needs is not known", cancellationToken);
        foreach (var point in points.Where(point => !read.Contains(point.Id)))
        {
            await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
            {
                if (needed.Add(id) && index.Find(id) is null)
                {
                    throw new EngineException(EngineFault.Damaged, $"Blob {id}, which restore point {point.Id} needs, is missing; nothing is pruned from a damaged repository.", "Run `mmdr repository check`.");
                }
            }

            read.Add(point.Id);
        }
    }

    private async Task<int> SweepAsync(PrunePlan plan, Facts facts, CancellationToken cancellationToken)
    {
        var loaded = facts.Loaded;
        var gone = loaded.Packs.Values.Where(pack => plan.Delete.ContainsKey(pack.Id) || !loaded.Present.ContainsKey(pack.Id)).Select(pack => pack.Id).ToHashSet();
        if (gone.Count > 0 || loaded.Ids.Count > 32)
        {
            var stay = loaded.Packs.Values.Where(pack => !gone.Contains(pack.Id)).OrderBy(pack => pack.Id).ToArray();
            var index = new IndexFormat([.. loaded.Ids.Concat(loaded.Superseded).Distinct().Order()], stay);
            var written = await repository.WriteSealedAsync(ObjectKind.Index, index.ToBytes(), cancellationToken);
            await repository.Store.DeleteAsync([.. loaded.Ids.Where(id => id != written).Select(id => ObjectNames.Of(ObjectKind.Index, id))], cancellationToken);
        }

        var kept = await LockedPacks.DeleteAsync(repository.Store, [.. plan.Delete.Keys.Select(id => ObjectNames.Of(ObjectKind.Pack, id))], cancellationToken);
        await KeepCondemnedAsync(plan, facts.Condemned, cancellationToken);
        await repository.Store.DeleteAsync([.. plan.Settled.Select(id => ObjectNames.Of(ObjectKind.Condemned, id))], cancellationToken);
        var outlived = (await Distrust.ListsAsync(repository, cancellationToken)).Where(list => !list.Content.Packs.Any(plan.Remaining.Contains));
        await repository.Store.DeleteAsync([.. outlived.Select(list => ObjectNames.Of(ObjectKind.Distrusted, list.Id))], cancellationToken);
        await ClearGivenUpAsync(cancellationToken);
        return kept;
    }

    /// <summary>Locked packs stay condemned since the day they were, on lists that hold nothing else.</summary>
    private async Task KeepCondemnedAsync(PrunePlan plan, List<(BlobId Id, CondemnedPacks Content)> condemned, CancellationToken cancellationToken)
    {
        foreach (var list in condemned.Where(list => plan.Settled.Contains(list.Id)))
        {
            if (list.Content.Packs.Where(plan.Locked.Contains).ToArray() is { Length: > 0 } packs)
            {
                await repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(list.Content.At, packs), cancellationToken);
            }
        }
    }

    /// <summary>Deletes what was given up and still does not read. The decision stays: it tells what was lost.</summary>
    private async Task ClearGivenUpAsync(CancellationToken cancellationToken)
    {
        ObjectKind[] cleared = [ObjectKind.Tombstone, ObjectKind.Condemned, ObjectKind.Distrusted];
        foreach (var name in (await GivenUpObjects.ReadAsync(repository, cancellationToken)).Keys)
        {
            var kind = cleared.FirstOrDefault(kind => name.StartsWith(ObjectNames.Folder(kind), StringComparison.Ordinal));
            if (kind != default && ObjectNames.IdOf(name) is { } id && await repository.Store.FindAsync(name, cancellationToken) is not null && !await ReadsAsync(kind, id, cancellationToken))
            {
                await repository.Store.DeleteAsync([name], cancellationToken);
            }
        }
    }

    private async Task<bool> ReadsAsync(ObjectKind kind, BlobId id, CancellationToken cancellationToken)
    {
        try
        {
            await repository.ReadSealedAsync(kind, id, cancellationToken);
            return true;
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            return false;
        }
    }

    private async Task CondemnAsync(PrunePlan plan, HashSet<BlobId> needed, CancellationToken cancellationToken)
    {
        if (plan.Condemn.Count == 0)
        {
            return;
        }

        await RewriteAsync(plan, needed, cancellationToken);
        await repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(time.GetUtcNow(), plan.Condemn), cancellationToken);
    }

    /// <summary>Copies what is needed out of packs that are mostly waste, under the same ids.</summary>
    private async Task RewriteAsync(PrunePlan plan, HashSet<BlobId> needed, CancellationToken cancellationToken)
    {
        if (plan.Rewrite.Count == 0)
        {
            return;
        }

        var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
        var index = loaded.ToBlobIndex(except: plan.Condemn.Concat(loaded.Distrusted).ToHashSet());
        using var reader = new BlobReader(repository, loaded.ToBlobIndex());
        await using var writer = new BlobWriter(repository.Store, repository.Key, index, cancellationToken);
        foreach (var blob in plan.Rewrite.SelectMany(pack => pack.Blobs).Where(blob => needed.Contains(blob.Id) && index.Find(blob.Id) is null))
        {
            var content = await reader.ReadAsync(blob.Id, cancellationToken);
            if (await writer.StoreAsync(content, CompressionEffort.Thorough) != blob.Id)
            {
                throw new EngineException(EngineFault.Damaged, $"Blob {blob.Id} has another content than its id says; nothing more is pruned.", "Run `mmdr repository check --read-data`.");
            }
        }

        await writer.CompleteAsync();
        await repository.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], writer.Written).ToBytes(), cancellationToken);
    }

    /// <summary>What a plan is made of.</summary>
    /// <param name="Condemned">The condemned lists; they were read first.</param>
    /// <param name="Commits">The manifests and tombstones that there were before anything else was looked at.</param>
    /// <param name="Loaded">The indexes and packs.</param>
    /// <param name="Needed">The blobs that restore points need.</param>
    private sealed record Facts(List<(BlobId Id, CondemnedPacks Content)> Condemned, HashSet<string> Commits, LoadedIndex Loaded, HashSet<BlobId> Needed);
}

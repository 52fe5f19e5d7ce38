using System.Text.Json;
using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>An opened repository: knows the master key, reads and writes its objects. Safe for use by several threads.</summary>
public sealed class Repository
{
    internal const long SmallObjectLimit = 1L << 30;

    private readonly SealedCache? _cache;

    internal Repository(IObjectStore store, MasterKey key, SealedCache? cache = null) => (Store, Key, _cache) = (store, key, cache);

    /// <summary>The repository's id, 32 hex digits.</summary>
    public string Id => Key.RepositoryId;

    /// <summary>Where it is, fit for messages.</summary>
    public string Location => Store.Location;

    internal IObjectStore Store { get; }

    internal MasterKey Key { get; }

    /// <summary>
    /// The same repository, with copies of its small objects in a local directory, where asking the store is dear. For looking and for
    /// backups; not for what proves, removes or repairs.
    /// </summary>
    public Repository WithCache(string directory) => Store.HasCheapRanges ? this : new Repository(Store, Key, new SealedCache(directory));

    /// <summary>All restore points that were not forgotten, oldest first.</summary>
    /// <exception cref="EngineException">A manifest is damaged; the message names it.</exception>
    public async Task<IReadOnlyList<RestorePoint>> RestorePointsAsync(CancellationToken cancellationToken) =>
        await RestorePointsAsync(await ForgottenAsync(static damage => throw damage, cancellationToken), static (_, damage) => throw damage, cancellationToken);

    /// <summary>All restore points that can be read, oldest first; damaged ones go to <paramref name="onDamage"/> instead of ending the call.</summary>
    public async Task<IReadOnlyList<RestorePoint>> RestorePointsAsync(Action<BlobId, EngineException> onDamage, CancellationToken cancellationToken) =>
        await RestorePointsAsync(await ForgottenAsync(static _ => { }, cancellationToken), onDamage, cancellationToken);

    internal async Task<IReadOnlyList<RestorePoint>> RestorePointsAsync(HashSet<BlobId> forgotten, Action<BlobId, EngineException> onDamage, CancellationToken cancellationToken)
    {
        var (points, vanished) = (new List<RestorePoint>(), new List<BlobId>());
        foreach (var item in await ListAsync(ObjectKind.Manifest, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id || forgotten.Contains(id))
            {
                continue;
            }

            try
            {
                points.Add(await ReadRestorePointAsync(id, cancellationToken));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                onDamage(id, damage);
            }
            catch (FileNotFoundException)
            {
                vanished.Add(id);
            }
        }

        await JudgeVanishedAsync(vanished, onDamage, cancellationToken);
        return [.. points.OrderBy(point => point.CreatedAt).ThenBy(point => point.Id)];
    }

    /// <summary>Finds a restore point by its id, a unique prefix of at least four digits, or `latest`.</summary>
    public async Task<RestorePoint> FindRestorePointAsync(string wanted, CancellationToken cancellationToken)
    {
        if (wanted == "latest")
        {
            return await WholeRepository.LatestAsync(this, cancellationToken);
        }

        return await ReadRestorePointAsync(await FindRestorePointIdAsync(wanted, cancellationToken), cancellationToken);
    }

    /// <summary>Finds the id of a restore point, which may be damaged, by a unique prefix of at least four digits.</summary>
    public async Task<BlobId> FindRestorePointIdAsync(string wanted, CancellationToken cancellationToken)
    {
        // A damaged tombstone must not stand between a person and a restore point.
        var forgotten = await ForgottenAsync(static _ => { }, cancellationToken);
        var ids = (await Store.ListAllAsync(ObjectNames.Manifests, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().Where(id => !forgotten.Contains(id));
        var matches = wanted.Length < 4 ? [] : ids.Where(id => id.ToString().StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).ToArray();
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw new EngineException(EngineFault.NotFound, $"There is no restore point {wanted}.", "`mmdr restore-points` lists them; an id may be cut to its first digits, at least four."),
            _ => throw new EngineException(EngineFault.Invalid, $"{matches.Length} restore points begin with {wanted}.", "Give more digits of the id."),
        };
    }

    internal async Task<RestorePoint> ReadRestorePointAsync(BlobId id, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(ObjectKind.Manifest, id);
        var point = ManifestJson.Parse<RestorePoint>(await ReadSealedAsync(ObjectKind.Manifest, id, cancellationToken), name);
        if (point.Version > RestorePoint.CurrentVersion)
        {
            throw new EngineException(EngineFault.TooNew, $"Restore point {id} has format {point.Version}; this program reads up to {RestorePoint.CurrentVersion}.", "Use a newer mmdr.");
        }

        return point.Format == RestorePoint.FormatName && point.Repository == Id
            ? point with { Id = id }
            : throw EngineException.Damaged(name, "it belongs to another repository");
    }

    internal async Task<byte[]> ReadSealedAsync(ObjectKind kind, BlobId id, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(kind, id);
        if (_cache is not null && await _cache.FindAsync(kind, id, cancellationToken) is { } copy)
        {
            return SealedObject.Open(Key, kind, copy, name);
        }

        var stored = await Store.ReadAllAsync(name, SmallObjectLimit, cancellationToken);
        if (ObjectNames.HashOf(stored) != id)
        {
            throw EngineException.Damaged(name, "its bytes do not have the hash that its name says");
        }

        await (_cache?.KeepAsync(kind, id, stored, cancellationToken) ?? Task.CompletedTask);
        return SealedObject.Open(Key, kind, stored, name);
    }

    /// <summary>Lists the objects of a kind; copies of others are dropped.</summary>
    internal async Task<List<StoredObject>> ListAsync(ObjectKind kind, CancellationToken cancellationToken)
    {
        var items = await Store.ListAllAsync(ObjectNames.Folder(kind), cancellationToken);
        _cache?.Retain(kind, items.Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().ToHashSet());
        return items;
    }

    internal async Task<BlobId> WriteSealedAsync(ObjectKind kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var stored = SealedObject.Seal(Key, kind, content.Span);
        var id = ObjectNames.HashOf(stored);
        await Store.CreateAsync(ObjectNames.Of(kind, id), stored, cancellationToken);
        await (_cache?.KeepAsync(kind, id, stored, cancellationToken) ?? Task.CompletedTask);
        return id;
    }

    internal Task<BlobId> WriteJsonAsync<T>(ObjectKind kind, T content, CancellationToken cancellationToken) =>
        WriteSealedAsync(kind, JsonSerializer.SerializeToUtf8Bytes(content, ManifestJson.Options), cancellationToken);

    /// <summary>What another host forgot between the listing and the reading is passed over; what went without a tombstone is damage.</summary>
    private async Task JudgeVanishedAsync(List<BlobId> vanished, Action<BlobId, EngineException> onDamage, CancellationToken cancellationToken)
    {
        var forgotten = vanished.Count > 0 ? await ForgottenAsync(static _ => { }, cancellationToken) : [];
        vanished.Where(id => !forgotten.Contains(id)).ToList().ForEach(id => onDamage(id, EngineException.Damaged(ObjectNames.Of(ObjectKind.Manifest, id), "it went while it was read")));
    }

    private async Task<HashSet<BlobId>> ForgottenAsync(Action<EngineException> onDamage, CancellationToken cancellationToken) =>
        WholeRepository.Forgotten(await TombstonesAsync(onDamage, cancellationToken));

    /// <summary>All tombstones that can be read; damaged ones go to <paramref name="onDamage"/>, those aside that were given up.</summary>
    internal async Task<List<Tombstone>> TombstonesAsync(Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var (tombstones, damaged) = (new List<Tombstone>(), new List<(string Name, EngineException Damage)>());
        foreach (var item in await ListAsync(ObjectKind.Tombstone, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                tombstones.Add(ManifestJson.Parse<Tombstone>(await ReadSealedAsync(ObjectKind.Tombstone, id, cancellationToken), item.Name));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                damaged.Add((item.Name, damage));
            }
            catch (FileNotFoundException)
            {
                // A removal that would have left no key slot took it back.
            }
        }

        var decisions = damaged.Count > 0 ? await GivenUpObjects.ReadAsync(this, cancellationToken) : [];
        damaged.Where(item => !decisions.ContainsKey(item.Name)).ToList().ForEach(item => onDamage(item.Damage));
        return tombstones;
    }
}

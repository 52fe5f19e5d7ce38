using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What a copy holds that may be relied on: known to an index, present with the right size, and on no list of condemned or damaged packs.</summary>
internal sealed class CopyState
{
    private readonly Repository _copy;
    private readonly AvoidedPacks _avoided;

    private CopyState(Repository copy, AvoidedPacks avoided, LoadedIndex loaded)
    {
        (_copy, _avoided) = (copy, avoided);
        Index = loaded.ToBlobIndex(except: avoided.Packs);
        Present = new Dictionary<BlobId, long>(loaded.Present);
        KnownIndexes = [.. loaded.Ids, .. loaded.Superseded];
        Ids = loaded.Ids;
        Relied = [.. loaded.Packs.Values.Where(pack => loaded.Present.ContainsKey(pack.Id) && !avoided.Packs.Contains(pack.Id)).Select(pack => pack.Id)];
    }

    internal BlobIndex Index { get; }

    /// <summary>Packs whose names can't be used.</summary>
    internal IReadOnlySet<BlobId> Avoided => _avoided.Packs;

    /// <summary>Packs that are there, whether or not an index names them.</summary>
    internal Dictionary<BlobId, long> Present { get; }

    /// <summary>Indexes that are there, or were replaced there.</summary>
    internal HashSet<BlobId> KnownIndexes { get; }

    /// <summary>The indexes that are there.</summary>
    internal IReadOnlyList<BlobId> Ids { get; }

    /// <summary>All packs that may be relied on.</summary>
    internal IReadOnlyList<BlobId> Relied { get; }

    /// <summary>Notes for whoever reads the result.</summary>
    internal IReadOnlyList<string> Warnings => _avoided.Warnings;

    internal static async Task<CopyState> ReadAsync(Repository copy, CancellationToken cancellationToken)
    {
        var avoided = await AvoidedPacks.ReadAsync(copy, cancellationToken);
        return new CopyState(copy, avoided, await LoadedIndex.ReadAsync(copy, cancellationToken));
    }

    /// <summary>Looks again, as a backup does before its manifest: a prune may have run elsewhere meanwhile.</summary>
    /// <exception cref="EngineException">Conflict: what is relied on went or was condemned.</exception>
    internal async Task RequireAsync(IEnumerable<BlobId> relied, CancellationToken cancellationToken)
    {
        var now = (await _avoided.ReadAgainAsync(_copy, cancellationToken)).Packs;
        var present = await LoadedIndex.PresentAsync(_copy, cancellationToken);
        foreach (var id in relied.Where(id => now.Contains(id) || !present.ContainsKey(id)))
        {
            throw new EngineException(EngineFault.Conflict, $"Pack {id} of {_copy.Location} went, was condemned or was found damaged while it was copied to; the restore point was not committed there.", "A prune or a check got in between. Replicate again: what has arrived is not sent twice.");
        }
    }
}

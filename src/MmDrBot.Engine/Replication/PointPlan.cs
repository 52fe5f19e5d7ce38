using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What has to happen before a copy may take the manifest of one restore point.</summary>
/// <param name="Send">Packs to send as they are.</param>
/// <param name="Reseal">Blobs that need a new pack: the one that holds them in the source has a name that the copy can't use, since a prune there is about to delete it or it was found damaged.</param>
/// <param name="Relied">Packs that are in the copy already and that the restore point relies on.</param>
internal sealed record PointPlan(IReadOnlyList<PackEntry> Send, IReadOnlyList<BlobId> Reseal, IReadOnlySet<BlobId> Relied)
{
    internal static async Task<PointPlan> MakeAsync(RestorePoint point, LoadedIndex loaded, BlobReader reader, BlobIndex sourceIndex, CopyState state, CancellationToken cancellationToken)
    {
        var (send, reseal, relied, seen) = (new Dictionary<BlobId, PackEntry>(), new HashSet<BlobId>(), new HashSet<BlobId>(), new HashSet<BlobId>());
        await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
        {
            if (!seen.Add(id))
            {
                continue;
            }

            if (state.Index.Find(id) is { } there)
            {
                relied.Add(there.Pack);
            }
            else if (sourceIndex.Find(id) is not { } place)
            {
                throw new EngineException(EngineFault.Damaged, $"Blob {id}, which restore point {point.Id} needs, is in no pack that is there.", "Run `mmdr repository check`, then `mmdr repository repair`.");
            }
            else if (state.Avoided.Contains(place.Pack))
            {
                reseal.Add(id);
            }
            else
            {
                send.TryAdd(place.Pack, loaded.Packs[place.Pack]);
            }
        }

        return new PointPlan([.. send.Values], [.. reseal], relied);
    }
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Works out what damage costs: the restore points that need something which can be read nowhere any more.</summary>
internal sealed class Losses(Repository repository, LoadedIndex loaded)
{
    private readonly Dictionary<BlobId, bool> _readable = [];

    /// <param name="points">The restore points that there are.</param>
    /// <param name="damaged">Packs that were found damaged. What they hold may be whole for all that, there or elsewhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>By restore point what it lost, a sentence.</returns>
    internal async Task<IReadOnlyDictionary<BlobId, string>> FindAsync(IEnumerable<RestorePoint> points, IEnumerable<PackEntry> damaged, CancellationToken cancellationToken)
    {
        var (index, doubtful, losses) = (loaded.ToBlobIndex(), damaged.SelectMany(pack => pack.Blobs).Select(blob => blob.Id).ToHashSet(), new Dictionary<BlobId, string>());
        using var blobs = new BlobReader(repository, index);
        foreach (var point in points)
        {
            var lost = new HashSet<BlobId>();
            try
            {
                await foreach (var id in NeededBlobs.OfAsync(point, blobs, cancellationToken))
                {
                    if (index.Find(id) is null || doubtful.Contains(id) && !await CanReadAsync(blobs, id, cancellationToken))
                    {
                        lost.Add(id);
                    }
                }
            }
            catch (Exception unknown) when (unknown is EngineException { Fault: EngineFault.Damaged } or IOException or UnauthorizedAccessException)
            {
                // Where no pack was found damaged it is the store that fails, and that proves nothing against a restore point.
                if (unknown is EngineException || doubtful.Count > 0)
                {
                    losses[point.Id] = $"A list of what it needs can't be read: {unknown.Message}";
                }

                continue;
            }

            if (lost.Count > 0)
            {
                losses[point.Id] = $"{lost.Count} of the blobs that it needs can be read nowhere any more.";
            }
        }

        return losses;
    }

    private async Task<bool> CanReadAsync(BlobReader blobs, BlobId id, CancellationToken cancellationToken) =>
        _readable.TryGetValue(id, out var known) ? known : _readable[id] = await blobs.CanReadAsync(id, cancellationToken);
}

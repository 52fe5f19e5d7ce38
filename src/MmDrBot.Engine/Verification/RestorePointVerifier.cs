using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Proves that one restore point is whole.</summary>
public sealed class RestorePointVerifier(Repository repository, TimeProvider time)
{
    /// <summary>Verifies; what is wrong is in the findings, not thrown.</summary>
    public async Task<Findings> VerifyAsync(RestorePoint point, VerificationLevel level, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        var progress = new BackupProgress(report) { Phase = "structure" };
        try
        {
            var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
            var needed = await StructureAsync(point, loaded, findings, cancellationToken);
            findings.Objects++;
            if (level >= VerificationLevel.Data)
            {
                progress.Phase = "data";
                await new PackVerifier(repository, loaded, needed, findings, progress, time).VerifyAsync(PacksOf(needed, loaded), needed.Contains, cancellationToken);
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            findings.Damaged(damage);
        }

        return findings;
    }

    /// <summary>The packs that a restore would read; one that was found damaged only for what is nowhere else.</summary>
    private static PackEntry[] PacksOf(HashSet<BlobId> needed, LoadedIndex loaded)
    {
        var index = loaded.Distrusted.Count > 0 ? loaded.ToBlobIndex() : null;
        bool IsNeeded(PackEntry pack) => pack.Blobs.Any(blob => needed.Contains(blob.Id) && (!loaded.Distrusted.Contains(pack.Id) || index?.Find(blob.Id)?.Pack == pack.Id));
        return [.. loaded.Packs.Values.Where(pack => loaded.Present.TryGetValue(pack.Id, out var size) && size == pack.Size && IsNeeded(pack))];
    }

    private async Task<HashSet<BlobId>> StructureAsync(RestorePoint point, LoadedIndex loaded, Findings findings, CancellationToken cancellationToken)
    {
        var index = loaded.ToBlobIndex();
        var needed = new HashSet<BlobId>();
        using var reader = new BlobReader(repository, index);
        try
        {
            await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
            {
                if (needed.Add(id) && index.Find(id) is null)
                {
                    findings.Damaged(MissingBlob.Describe(id, loaded));
                }
            }
        }
        catch (Exception failure) when (new ReadFailures().GoesOn(failure))
        {
            // A list of files or blobs: what else it names is not known, all that is known is verified still.
            findings.Damaged(ReadFailures.Describe("A list", failure));
        }

        if (needed.Count(id => index.Find(id) is { } place && loaded.Distrusted.Contains(place.Pack)) is var doubtful and > 0)
        {
            findings.Note($"{doubtful} blobs lie only in packs that were found damaged; reading the data tells whether they are whole.");
        }

        return needed;
    }
}

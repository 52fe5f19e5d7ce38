using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Proves that one restore point is whole.</summary>
public sealed class RestorePointVerifier(Repository repository)
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
            if (level is VerificationLevel.Data)
            {
                progress.Phase = "data";
                var packs = loaded.Packs.Values.Where(pack => pack.Blobs.Any(blob => needed.Contains(blob.Id)) && loaded.Present.TryGetValue(pack.Id, out var size) && size == pack.Size).ToArray();
                await new PackVerifier(repository, findings, progress).VerifyAsync(packs, needed.Contains, cancellationToken);
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            findings.Damaged(damage);
        }

        return findings;
    }

    private async Task<HashSet<BlobId>> StructureAsync(RestorePoint point, LoadedIndex loaded, Findings findings, CancellationToken cancellationToken)
    {
        var index = loaded.ToBlobIndex();
        var needed = new HashSet<BlobId>();
        using var reader = new BlobReader(repository, index);
        await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
        {
            if (needed.Add(id) && index.Find(id) is null)
            {
                findings.Damaged(MissingBlob.Describe(id, loaded));
            }
        }

        findings.Objects++;
        return needed;
    }
}

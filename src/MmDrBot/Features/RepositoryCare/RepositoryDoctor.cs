using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>The repository: reached, opened with the key, written to, with room left.</summary>
internal sealed class RepositoryDoctor(RepositoryProvider repositories, AppSettings settings) : IDoctorCheck
{
    private const string Writing = "writing into the repository";
    private const long Least = 1L << 30;

    public DoctorArea Area => DoctorArea.Repository;

    public string What => "repository";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var repository = await repositories.OpenAsync(cancellationToken);
        var findings = new List<Finding> { Finding.Ok(What, $"{repository.Location} opens with the key.") };
        findings.Add(actor.Permissions.Contains(Permission.ManageRepository)
            ? await Finding.OrRefusalAsync(Writing, () => WriteAsync(cancellationToken))
            : Finding.Skipped(Writing, "It is tried for those who may manage the repository."));
        if (new Uri(settings.Repository.Url!) is { Scheme: "file" } address)
        {
            findings.Add(Space(address.LocalPath));
        }

        return findings;
    }

    private async Task<Finding> WriteAsync(CancellationToken cancellationToken)
    {
        var kept = await EngineRefusals.TranslateAsync(() => StoreProbe.TouchAsync(repositories.Store(), cancellationToken));
        return kept is null
            ? Finding.Ok(Writing, "An object was written, read back and deleted.")
            : Finding.Ok(Writing, "An object was written and read back; these credentials can't delete it, so prune needs others. It stays below probe/.");
    }

    private static Finding Space(string directory)
    {
        const string Name = "room for the repository";
        var drive = new DriveInfo(directory);
        var free = $"{Words.Bytes(drive.AvailableFreeSpace)} of {Words.Bytes(drive.TotalSize)} are free.";
        const string Cure = "Make room, or move the repository: `forget` restore points and `repository prune`, a larger disk, a bucket.";
        return drive.AvailableFreeSpace < Least ? Finding.Failed(Name, free, Cure)
            : drive.AvailableFreeSpace < drive.TotalSize / 10 ? Finding.Warning(Name, free, Cure)
            : Finding.Ok(Name, free);
    }
}

using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Backups;

/// <summary>Mattermost's configuration and files: found, and readable by us.</summary>
internal sealed class SourcesDoctor(ProtectedServer server, TimeProvider time) : IDoctorCheck
{
    private const int Sample = 300;
    private const string Rights = "Run as a user who may read them: the systemd unit gives CAP_DAC_READ_SEARCH; in a container run as Mattermost's user.";

    public DoctorArea Area => DoctorArea.Backup;

    public string What => "Mattermost's configuration";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (server.ConfigFile is null)
        {
            return [Finding.Skipped(What, "MMDR_Mattermost__Directory is not set, so nothing can be backed up from here.", "Set it to Mattermost's directory, such as /opt/mattermost.")];
        }

        var sources = await server.SourcesAsync(cancellationToken);
        var findings = new List<Finding> { sources.ConfigInDatabase ? Finding.Ok(What, "In the database.") : Readable(What, sources.ConfigDirectory!, cancellationToken) };
        findings.AddRange(sources.OutsideFiles.Where(file => !File.Exists(file)).Select(file => Finding.Warning("named file", $"The configuration names {file}, which is not there.", "Put it there, or take it out of Mattermost's configuration.")));
        findings.Add(await FilesAsync(sources, cancellationToken));
        return findings;
    }

    private async Task<Finding> FilesAsync(BackupSources sources, CancellationToken cancellationToken)
    {
        const string Name = "file store";
        if (sources.FilesDirectory is { } directory)
        {
            return Readable(Name, directory, cancellationToken);
        }

        return sources.FilesMode is FileStoreMode.Leave
            ? Finding.Skipped(Name, $"{sources.FilesBucket} is left to its own versioning (MMDR_Mattermost__FileStore).")
            : await Finding.OrRefusalAsync(Name, () => BucketAsync(Name, sources.FilesBucket!, cancellationToken));
    }

    private async Task<Finding> BucketAsync(string name, S3Address bucket, CancellationToken cancellationToken)
    {
        using var store = new S3ObjectStore(bucket with { Retries = 1 }, time);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            await foreach (var item in store.ListAsync("", cancellationToken))
            {
                // To list is one right, to read another.
                await store.ReadAsync(item.Name, 0, new byte[Math.Min(item.Size, 1)], cancellationToken);
                return Finding.Ok(name, $"{bucket} can be listed and read.");
            }

            return Finding.Ok(name, $"{bucket} can be listed, and is empty.");
        });
    }

    /// <summary>Opens a sample of the files: the first ones that a walk meets.</summary>
    private static Finding Readable(string what, string directory, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
        {
            return Finding.Failed(what, $"There is no directory {directory}, or we may not enter it.", "Check MMDR_Mattermost__Directory and MMDR_Mattermost__DataDirectory, and the rights.");
        }

        var opened = 0;
        try
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint }).Take(Sample))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                opened++;
            }
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not FileNotFoundException)
        {
            return Finding.Failed(what, $"{directory} can't be read: {failure.Message}", Rights);
        }

        return Finding.Ok(what, opened < Sample ? $"{directory}: {Words.Count(opened, "file", "files")}, all readable." : $"{directory}: the first {Sample} files are readable.");
    }
}

using System.Diagnostics;
using MmDrBot.Access;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>
/// Opens a configured repository: the first one, unless it is made for a copy. A service keeps it open: deriving the key from a passphrase
/// takes a good part of a second.
/// </summary>
internal sealed class RepositoryProvider(AppSettings settings, TimeProvider time, string name = CopyFaults.Main, CopyOptions? copy = null)
{
    private readonly RepositoryOptions _options = copy ?? settings.Repository;
    private readonly SemaphoreSlim _once = new(1);
    private Repository? _opened;
    private string? _url = (copy ?? settings.Repository).Url;

    /// <summary>What it is set to.</summary>
    internal RepositoryOptions Options => _options;

    /// <summary>`main`, or the copy's name.</summary>
    internal string Name => name;

    /// <summary>Where it is, fit for messages.</summary>
    internal string Location => Store().Location;

    /// <summary>Uses another repository than the settings name, for the whole of this command.</summary>
    internal void UseUrl(string url) => _url = Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "file" or "s3"
        ? url
        : throw new Refusal(RefusalReason.Invalid, $"{url} is no repository.", "Write it as file:///directory or s3://bucket/prefix.");

    internal IObjectStore Store()
    {
        if (_url is not { Length: > 0 } url)
        {
            throw new Refusal(RefusalReason.Invalid, $"{Setting("Url")} is not set.", "Set it to file:///directory or s3://bucket/prefix.");
        }

        var address = new Uri(url);
        return address.Scheme == "file" ? new LocalObjectStore(address.LocalPath) : new S3ObjectStore(_options.S3.ToAddress(address.Host, address.AbsolutePath.Trim('/')) with { Lock = _options.ObjectLock.ToLock() }, time);
    }

    internal async Task<Repository> OpenAsync(CancellationToken cancellationToken)
    {
        var known = _opened;
        if (known is not null && await EngineRefusals.TranslateAsync(() => RepositoryAccess.IsThereAsync(known, cancellationToken)))
        {
            return known;
        }

        await _once.WaitAsync(cancellationToken);
        try
        {
            _opened = ReferenceEquals(_opened, known) ? null : _opened;
            return _opened ??= await EngineRefusals.TranslateAsync(async () => await RepositoryAccess.OpenAsync(Store(), await SecretAsync(cancellationToken), cancellationToken));
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>For looking at restore points, and for backups: small objects that were read before are not fetched again.</summary>
    internal async Task<Repository> OpenCachedAsync(CancellationToken cancellationToken)
    {
        var repository = await OpenAsync(cancellationToken);
        return repository.WithCache(Path.Combine(settings.CacheDirectory, KeyOf(repository)));
    }

    /// <summary>Opens it even while its keys are hidden by delete markers; the next <see cref="OpenAsync"/> looks again.</summary>
    internal async Task<Repository> OpenHiddenAsync(CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => await HiddenRecovery.OpenAsync(Store(), await SecretAsync(cancellationToken), cancellationToken));

    /// <summary>Keeps other backups, and prunes, of this host out.</summary>
    internal HostLock LockForBackup(Repository repository) => HostLock.ForBackup(settings.LockDirectory, KeyOf(repository));

    /// <summary>Keeps prunes of this host out.</summary>
    internal HostLock LockForReading(Repository repository) => HostLock.ForReading(settings.LockDirectory, KeyOf(repository));

    /// <summary>Keeps everything else of this host out.</summary>
    internal HostLock LockForMaintenance(Repository repository) => HostLock.ForMaintenance(settings.LockDirectory, KeyOf(repository));

    internal async Task<Repository> InitializeAsync(CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => await RepositoryAccess.InitializeAsync(Store(), await SecretAsync(cancellationToken), time, cancellationToken));

    /// <summary>A copy with the same keys has the same id: what is kept on this host of the one must not pass for the other's.</summary>
    internal string KeyOf(Repository repository) => copy is null ? repository.Id : $"{repository.Id}-{name}";

    private string Setting(string key) => SettingName.Of(copy is null ? $"Repository:{key}" : $"Repositories:{name}:{key}");

    private async Task<RepositorySecret> SecretAsync(CancellationToken cancellationToken)
    {
        // A copy without a passphrase of its own has the first repository's keys.
        var options = copy is { HasOwnKey: false } ? settings.Repository : _options;
        var secret = options.PassphraseCommand is { Length: > 0 } command ? await RunAsync(command, cancellationToken) : options.Passphrase ?? "";
        return secret.Length > 0
            ? new RepositorySecret(secret)
            : throw new Refusal(RefusalReason.Invalid, "The repository's passphrase is not set.", "Set MMDR_Repository__PassphraseFile (or MMDR_Repository__Passphrase, or ...PassphraseCommand); a recovery key does as well.");
    }

    private static async Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output.Split('\n')[0].TrimEnd('\r')
            : throw new Refusal(RefusalReason.Invalid, $"MMDR_Repository__PassphraseCommand ended with code {process.ExitCode}.", "Run it by hand to see why.");
    }
}

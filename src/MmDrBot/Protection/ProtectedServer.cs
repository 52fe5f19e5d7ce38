using MmDrBot.Access;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>Finds out what the Mattermost to protect consists of, from its own configuration and the settings that override it.</summary>
internal sealed class ProtectedServer(AppSettings settings, TimeProvider time)
{
    private readonly MattermostOptions _options = settings.Mattermost;

    /// <summary>Where the configuration is expected.</summary>
    internal string? ConfigFile => _options.ConfigFile is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable("MM_CONFIG") is { Length: > 0 } own ? own
        : _options.Directory is { Length: > 0 } directory ? Path.Combine(directory, "config", "config.json") : null;

    internal async Task<BackupSources> SourcesAsync(CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(() => FindAsync(cancellationToken));

    /// <summary>Where Mattermost's database is.</summary>
    internal async Task<PostgresAddress> DatabaseAsync(CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => Database(await ConfigAsync(cancellationToken)));

    /// <summary>The bucket of Mattermost's file store, or null where it is none.</summary>
    internal async Task<S3Address?> BucketAsync(CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => await ConfigAsync(cancellationToken) is { FileDriver: "amazons3" } config ? Bucket(config.S3) : null);

    internal async Task<MattermostConfig> ConfigAsync(CancellationToken cancellationToken)
    {
        if (ConfigFile is not { } file)
        {
            throw new Refusal(RefusalReason.Invalid, "MMDR_Mattermost__Directory is not set.", "Set it to Mattermost's directory, such as /opt/mattermost; or MMDR_Mattermost__ConfigFile to its config.json.");
        }

        var config = IsDatabase(file) ? await FromDatabaseAsync(PostgresAddress.Parse(file), cancellationToken) : await MattermostConfig.LoadAsync(file, time, cancellationToken);
        return config.With(Environment.GetEnvironmentVariable);
    }

    /// <summary>A file that the configuration names: from beside config.json; where the configuration is in a database, from there, or from this machine.</summary>
    /// <exception cref="Refusal">It can't be read.</exception>
    internal async Task<byte[]> NamedFileAsync(string name, CancellationToken cancellationToken) => await EngineRefusals.TranslateAsync(async () =>
    {
        if (!IsDatabase(ConfigFile!))
        {
            // Mattermost looks for relative names in the configuration's directory.
            return await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ConfigFile!))!, name), cancellationToken);
        }

        return await ConfigTable.ReadFileAsync(PostgresAddress.Parse(ConfigFile!), name, cancellationToken)
            ?? (Path.IsPathRooted(name) ? await File.ReadAllBytesAsync(name, cancellationToken) : throw new FileNotFoundException($"The database of the configuration holds no file {name}."));
    });

    private static bool IsDatabase(string file) => file.StartsWith("postgres://", StringComparison.Ordinal) || file.StartsWith("postgresql://", StringComparison.Ordinal);

    private async Task<BackupSources> FindAsync(CancellationToken cancellationToken)
    {
        var config = await ConfigAsync(cancellationToken);
        var file = ConfigFile!;
        var database = Database(config);
        var sources = new BackupSources { Database = database, ConfigInDatabase = IsDatabase(file) };
        if (!sources.ConfigInDatabase)
        {
            var full = Path.GetFullPath(file);
            var directory = Path.GetDirectoryName(full)!;
            var outside = config.NamedFiles.Where(name => Path.IsPathRooted(name) && !Path.GetFullPath(name).StartsWith(directory + "/", StringComparison.Ordinal));
            sources = sources with { ConfigDirectory = directory, ConfigFileName = Path.GetFileName(full), OutsideFiles = [.. outside] };
        }
        else if (PostgresAddress.Parse(file) is var own && (own.Host, own.Port, own.Database) != (database.Host, database.Port, database.Database))
        {
            sources = sources with { ConfigInDatabase = false, ConfigDatabase = own };
        }

        return WithFiles(sources, config);
    }

    private PostgresAddress Database(MattermostConfig config)
    {
        var given = _options.DatabaseUrl is { Length: > 0 } set ? set : config.DataSource;
        if (config.SqlDriver != "postgres")
        {
            throw new Refusal(RefusalReason.Invalid, $"Mattermost runs on {config.SqlDriver}; only PostgreSQL can be backed up.", "Mattermost 11 dropped MySQL: migrate the database to PostgreSQL first.");
        }

        return given is { Length: > 0 } dataSource
            ? PostgresAddress.Parse(dataSource)
            : throw new Refusal(RefusalReason.Invalid, "The configuration names no database (SqlSettings.DataSource).", "Set MMDR_Mattermost__DatabaseUrl.");
    }

    private BackupSources WithFiles(BackupSources sources, MattermostConfig config)
    {
        if (_options.DataDirectory is { Length: > 0 } given)
        {
            return sources with { FilesDirectory = Path.GetFullPath(given) };
        }

        return config.FileDriver switch
        {
            "local" => sources with { FilesDirectory = LocalDirectory(config) },
            "amazons3" => sources with { FilesBucket = Bucket(config.S3), FilesMode = Enum.Parse<FileStoreMode>(_options.FileStore, ignoreCase: true) },
            _ => throw new Refusal(RefusalReason.Invalid, $"Mattermost's file store is {config.FileDriver}, which can't be backed up.", "Local directories and amazons3 can. Keep the store safe by its own means (versioning, replication)."),
        };
    }

    private string LocalDirectory(MattermostConfig config)
    {
        var directory = config.FileDirectory;
        if (Path.IsPathRooted(directory))
        {
            return directory;
        }

        // Mattermost reads relative paths from the directory it is started in.
        var home = _options.Directory ?? Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(ConfigFile!)))
            ?? throw new Refusal(RefusalReason.Invalid, $"The file store's directory {directory} is relative, and Mattermost's own directory is not known.", "Set MMDR_Mattermost__Directory or MMDR_Mattermost__DataDirectory.");
        return Path.GetFullPath(Path.Combine(home, directory));
    }

    private static S3Address Bucket(MattermostS3 s3)
    {
        var endpoint = Own("Endpoint") ?? s3.Endpoint;
        var isSecure = Own("SSL") is { } ssl ? !ssl.Equals("false", StringComparison.OrdinalIgnoreCase) : s3.Ssl;
        return new S3Address
        {
            Bucket = Own("Bucket") ?? s3.Bucket,
            Prefix = Own("PathPrefix") ?? s3.Prefix,
            Endpoint = endpoint is "s3.amazonaws.com" ? "" : $"{(isSecure ? "https" : "http")}://{endpoint}",
            Region = Own("Region") ?? s3.Region,
            AccessKey = Own("AccessKeyId") ?? s3.AccessKey,
            SecretKey = Own("SecretAccessKey") ?? s3.SecretKey,
            ForcePathStyle = endpoint is not "s3.amazonaws.com",
        };

        // As Mattermost does: its own environment wins over its file.
        static string? Own(string name) => Environment.GetEnvironmentVariable("MM_FILESETTINGS_AMAZONS3" + name.ToUpperInvariant()) is { Length: > 0 } own ? own : null;
    }

    private static async Task<MattermostConfig> FromDatabaseAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        var json = await ConfigTable.ReadActiveAsync(address, cancellationToken);
        return MattermostConfig.TryParse(json) ?? throw new Refusal(RefusalReason.Invalid, $"The active row of configurations in {address} is not a configuration of Mattermost.");
    }
}

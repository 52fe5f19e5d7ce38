using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Backup;

/// <summary>What one backup takes in; what is null is left out.</summary>
public sealed record BackupSources
{
    /// <summary>The database.</summary>
    public PostgresAddress? Database { get; init; }

    /// <summary>The directory of config.json and the certificates beside it.</summary>
    public string? ConfigDirectory { get; init; }

    /// <summary>The name of the configuration in that directory.</summary>
    public string ConfigFileName { get; init; } = "config.json";

    /// <summary>True when Mattermost keeps its configuration in the database's own tables.</summary>
    public bool ConfigInDatabase { get; init; }

    /// <summary>The database that has the configuration's tables, where that is another one than <see cref="Database"/>.</summary>
    public PostgresAddress? ConfigDatabase { get; init; }

    /// <summary>Files that the configuration names by absolute path and that lie elsewhere; they are stored beside the directory.</summary>
    public IReadOnlyList<string> OutsideFiles { get; init; } = [];

    /// <summary>The directory of the file store, when it is local.</summary>
    public string? FilesDirectory { get; init; }

    /// <summary>The bucket of the file store, when it is on S3.</summary>
    public S3Address? FilesBucket { get; init; }

    /// <summary>What to do with a file store on S3.</summary>
    public FileStoreMode FilesMode { get; init; } = FileStoreMode.Copy;
}

/// <summary>What to do with a file store on S3.</summary>
public enum FileStoreMode
{
    /// <summary>Contents are stored.</summary>
    Copy,

    /// <summary>Only names and sizes are stored.</summary>
    Inventory,

    /// <summary>It is left to its own versioning and replication.</summary>
    Leave,
}

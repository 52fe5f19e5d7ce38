using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Restore;

/// <summary>What to restore, and where to; components without a target are left alone.</summary>
public sealed record RestoreRequest
{
    /// <summary>The database to fill.</summary>
    public PostgresAddress? Database { get; init; }

    /// <summary>Make the database first.</summary>
    public bool CreateDatabase { get; init; }

    /// <summary>The directory that receives the file store's contents.</summary>
    public string? FilesDirectory { get; init; }

    /// <summary>The bucket and prefix that receive the file store's contents, in place of a directory.</summary>
    public S3Address? FilesBucket { get; init; }

    /// <summary>The directory that receives the configuration's contents.</summary>
    public string? ConfigDirectory { get; init; }

    /// <summary>The database that receives the configuration's tables, where those were in a database of their own.</summary>
    public PostgresAddress? ConfigDatabase { get; init; }

    /// <summary>Drop what the targets hold.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Leave the slow indexes of the database (GIN, GiST: Mattermost's search for words) out, so that it can be used sooner;
    /// <see cref="RestoreRunner.BuildSearchIndexesAsync"/> makes them afterwards.
    /// </summary>
    public bool SearchLater { get; init; }

    /// <summary>Only these files or directories, by their paths in the restore point; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The numeric owner of restored files, in place of the recorded one.</summary>
    public (uint User, uint Group)? Owner { get; init; }

    /// <summary>True when nothing has a target.</summary>
    public bool IsEmpty => Database is null && FilesDirectory is null && FilesBucket is null && ConfigDirectory is null && ConfigDatabase is null;

    /// <summary>Whether a target has all but its search indexes already, and is to receive those.</summary>
    internal bool OnlySearchIsMissing(TargetState state, string restorePoint) => SearchLater && !Overwrite && DatabaseTarget.LacksSearch(state, restorePoint);
}

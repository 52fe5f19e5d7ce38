namespace MmDrBot.Engine.Repositories;

/// <summary>A PostgreSQL database as of one snapshot.</summary>
public sealed record DatabaseComponent
{
    /// <summary>When the snapshot was taken, by the database's clock.</summary>
    public required DateTimeOffset SnapshotAt { get; init; }

    /// <summary>The server's version, such as 15.18.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>The database's name.</summary>
    public required string Name { get; init; }

    /// <summary>The role that owns it.</summary>
    public required string Owner { get; init; }

    /// <summary>Encoding, such as UTF8.</summary>
    public required string Encoding { get; init; }

    /// <summary>LC_COLLATE.</summary>
    public required string Collate { get; init; }

    /// <summary>LC_CTYPE.</summary>
    public required string Ctype { get; init; }

    /// <summary>pg_database.datlocprovider: c, i or b.</summary>
    public string? LocaleProvider { get; init; }

    /// <summary>The ICU locale, where there is one.</summary>
    public string? IcuLocale { get; init; }

    /// <summary>ALTER DATABASE ... SET, per role or for all.</summary>
    public IReadOnlyList<DatabaseSetting> Settings { get; init; } = [];

    /// <summary>Roles that own things or were granted something.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Archive of `pg_dump --section=pre-data`.</summary>
    public required StreamRef PreData { get; init; }

    /// <summary>Archive of `pg_dump --section=post-data`.</summary>
    public required StreamRef PostData { get; init; }

    /// <summary>The tables' rows.</summary>
    public required IReadOnlyList<TableData> Tables { get; init; }

    /// <summary>The sequences' positions.</summary>
    public IReadOnlyList<SequenceData> Sequences { get; init; } = [];

    /// <summary>Large objects.</summary>
    public IReadOnlyList<LargeObjectData> LargeObjects { get; init; } = [];

    /// <summary>Mattermost's newest migration, from db_migrations; null where that table is absent.</summary>
    public long? SchemaVersion { get; init; }

    /// <summary>The first number of the server's version; 0 where it says none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Major => int.TryParse(ServerVersion.Split('.', ' ')[0], System.Globalization.CultureInfo.InvariantCulture, out var major) ? major : 0;

    /// <summary>Bytes of all streams.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Bytes => PreData.Size + PostData.Size + Tables.Sum(table => table.Data.Size) + LargeObjects.Sum(item => item.Data.Size);
}

/// <summary>One ALTER DATABASE ... SET; role is null when it is for all.</summary>
public sealed record DatabaseSetting(string? Role, string Setting);

/// <summary>One table's rows, as COPY gave them out; filter is the condition of an extension's table.</summary>
public sealed record TableData(string Schema, string Name, IReadOnlyList<string> Columns, string? Filter, long Rows, StreamRef Data);

/// <summary>A sequence's position.</summary>
public sealed record SequenceData(string Schema, string Name, long LastValue, bool IsCalled);

/// <summary>A large object's content.</summary>
public sealed record LargeObjectData(long Oid, StreamRef Data);

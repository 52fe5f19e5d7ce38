using MmDrBot.Engine.Repositories;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Reads what a database is apart from its tables: locale, settings, roles, sequences.</summary>
internal static class DatabaseDescription
{
    private const string Database = """
        SELECT pg_catalog.transaction_timestamp(), pg_catalog.current_setting('server_version'), d.datname, pg_catalog.pg_get_userbyid(d.datdba),
               pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, pg_catalog.to_jsonb(d) ->> 'datlocprovider',
               COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale')
        FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
        """;

    private const string Settings = """
        SELECT r.rolname, s.setting FROM pg_catalog.pg_db_role_setting p
        JOIN pg_catalog.pg_database d ON d.oid = p.setdatabase AND d.datname = pg_catalog.current_database()
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = p.setrole, unnest(p.setconfig) s(setting) ORDER BY 1 NULLS FIRST, 2
        """;

    private const string Roles = """
        SELECT DISTINCT r.rolname FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid AND s.refclassid = 'pg_catalog.pg_authid'::regclass
        WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1
        """;

    internal static async Task<DatabaseComponent> ReadAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var connection = snapshot.Connection;
        return await OfDatabaseAsync(snapshot, cancellationToken) with
        {
            Settings = await connection.QueryAsync(Settings, row => new DatabaseSetting(row.StringOrNull(0), row.GetString(1)), cancellationToken),
            Roles = await connection.QueryAsync(Roles, row => row.GetString(0), cancellationToken),
            Sequences = await SequencesAsync(connection, cancellationToken),
            SchemaVersion = await SchemaVersionAsync(snapshot, cancellationToken),
        };
    }

    /// <summary>The database itself, without anything that is in it.</summary>
    internal static async Task<DatabaseComponent> OfDatabaseAsync(Snapshot snapshot, CancellationToken cancellationToken) =>
        (await snapshot.Connection.QueryAsync(Database, Describe, cancellationToken))[0];

    private static DatabaseComponent Describe(NpgsqlDataReader row) => new()
    {
        SnapshotAt = row.GetFieldValue<DateTimeOffset>(0),
        ServerVersion = row.GetString(1),
        Name = row.GetString(2),
        Owner = row.GetString(3),
        Encoding = row.GetString(4),
        Collate = row.GetString(5),
        Ctype = row.GetString(6),
        LocaleProvider = row.StringOrNull(7),
        IcuLocale = row.StringOrNull(8),
        PreData = StreamRef.Empty,
        PostData = StreamRef.Empty,
        Tables = [],
    };

    private static async Task<IReadOnlyList<SequenceData>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sequences = new List<SequenceData>();
        foreach (var batch in (await TableCatalog.SequencesAsync(connection, cancellationToken)).Chunk(100))
        {
            var union = string.Join(" UNION ALL ", batch.Select(item => $"SELECT {Sql.Literal(item.Schema)}, {Sql.Literal(item.Name)}, last_value, is_called FROM {Sql.Name(item.Schema, item.Name)}"));
            sequences.AddRange(await connection.QueryAsync(union, row => new SequenceData(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3)), cancellationToken));
        }

        return sequences;
    }

    private static async Task<long?> SchemaVersionAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var migrations = snapshot.Tables.FirstOrDefault(table => table.Name == "db_migrations" && table.Columns.Contains("version"));
        return migrations is null
            ? null
            : await snapshot.Connection.ScalarAsync<long>($"SELECT COALESCE(max(version::bigint), 0) FROM {migrations.QualifiedName}", cancellationToken);
    }
}

using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>What the catalogs say of tables whose rows have to be saved.</summary>
internal static class TableCatalog
{
    private const string Tables = """
        SELECT c.oid::bigint, n.nspname, c.relname, x.filter, COALESCE(pg_relation_size(c.oid), 0),
               ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        LEFT JOIN LATERAL (SELECT e.extcondition[i] AS filter FROM pg_catalog.pg_extension e, generate_subscripts(e.extconfig, 1) i
                           WHERE e.oid = d.refobjid AND e.extconfig[i] = c.oid) x ON true
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
          AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
          AND (d.objid IS NULL OR x.filter IS NOT NULL)
        ORDER BY n.nspname, c.relname
        """;

    private const string Sequences = """
        SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """;

    private const string Foreign = """
        SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' ORDER BY 1
        """;

    internal static Task<List<CatalogTable>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            Tables,
            row => new CatalogTable(row.GetInt64(0), row.GetString(1), row.GetString(2), row.StringOrNull(3) is { Length: > 0 } filter ? filter : null, row.GetInt64(4), row.GetFieldValue<string[]>(5)),
            cancellationToken);

    internal static Task<List<(string Schema, string Name)>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(Sequences, row => (row.GetString(0), row.GetString(1)), cancellationToken);

    internal static Task<List<string>> ForeignTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(Foreign, row => row.GetString(0), cancellationToken);
}

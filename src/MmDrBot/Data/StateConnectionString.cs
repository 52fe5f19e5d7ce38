using System.Data.Common;
using Microsoft.Data.Sqlite;
using MmDrBot.Access;
using Npgsql;

namespace MmDrBot.Data;

/// <summary>
/// What <c>ConnectionStrings:State</c> may say: a path, <c>sqlite:path</c>, <c>Data Source=path</c> or <c>Filename=path</c>
/// for SQLite; <c>Host=...</c> or a <c>postgres://</c> URI for PostgreSQL.
/// </summary>
internal sealed record StateConnectionString(StateDialect Dialect, string Value, string? Path)
{
    private const string Hint = "ConnectionStrings:State is a path, \"Data Source=<path>\", \"Host=...\" or \"postgres://...\".";

    public static StateConnectionString Parse(string text)
    {
        if (text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal))
            return PostgreSql(PostgresUri.ToNpgsql(text));

        if (text.StartsWith("sqlite:", StringComparison.Ordinal))
            return Sqlite(text["sqlite:".Length..].Replace("///", "/", StringComparison.Ordinal));

        return text.Contains('=', StringComparison.Ordinal) ? ParsePairs(text) : Sqlite(text);
    }

    private static StateConnectionString ParsePairs(string text)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };

            if (pairs.ContainsKey("Data Source") || pairs.ContainsKey("DataSource") || pairs.ContainsKey("Filename"))
                return Sqlite(new SqliteConnectionStringBuilder(text).DataSource);

            return PostgreSql(new NpgsqlConnectionStringBuilder(text));
        }
        catch (ArgumentException)
        {
            // The exception's own text may quote the string, and with it a password.
            throw new Refusal(RefusalReason.Invalid, "The state's connection string cannot be read.", Hint);
        }
    }

    private static StateConnectionString Sqlite(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains(":memory:", StringComparison.Ordinal))
            throw new Refusal(RefusalReason.Invalid, "The state database must be a file.", Hint);

        var full = System.IO.Path.GetFullPath(path);
        var value = new SqliteConnectionStringBuilder { DataSource = full, ForeignKeys = true, DefaultTimeout = 10 };

        return new(StateDialect.Sqlite, value.ToString(), full);
    }

    private static StateConnectionString PostgreSql(NpgsqlConnectionStringBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Host))
            throw new Refusal(RefusalReason.Invalid, "The state's connection string names no host.", Hint);

        builder.ApplicationName ??= "mmdr";
        builder.SearchPath ??= StateSchema.Name;

        return new(StateDialect.PostgreSql, builder.ToString(), Path: null);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>
/// A session in the scratch copy, made for the trial run, of an account that may read what is asked for. Versions differ in the table's
/// columns, so they are looked up; those that are not known get an empty value where they need one.
/// </summary>
internal sealed record BootSession(string Token, string UserId, bool IsAdmin)
{
    private const string Letters = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private const int IdLength = 26;

    /// <returns>Null when there is no account that could sign in.</returns>
    internal static async Task<BootSession?> MakeAsync(NpgsqlConnection connection, string schema, TimeProvider time, CancellationToken cancellationToken)
    {
        var users = Sql.Name(schema, "users");
        var bots = await connection.ScalarAsync<bool>($"SELECT pg_catalog.to_regclass({Sql.Literal(Sql.Name(schema, "bots"))}) IS NOT NULL", cancellationToken)
            ? $"AND NOT EXISTS (SELECT FROM {Sql.Name(schema, "bots")} b WHERE b.userid = u.id)" : "";
        var found = await connection.QueryAsync(
            $"SELECT u.id, COALESCE(u.roles, '') FROM {users} u WHERE u.deleteat = 0 {bots} ORDER BY (u.roles LIKE '%system_admin%') DESC NULLS LAST, (SELECT max(p.createat) FROM {Sql.Name(schema, "posts")} p WHERE p.userid = u.id) DESC NULLS LAST LIMIT 1",
            row => (Id: row.GetString(0), Roles: row.GetString(1)),
            cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        var token = NewId();
        var columns = await connection.QueryAsync(
            $"SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL FROM information_schema.columns WHERE table_schema = {Sql.Literal(schema)} AND table_name = 'sessions'",
            row => (Name: row.GetString(0), Type: row.GetString(1), IsOptional: row.GetBoolean(2)),
            cancellationToken);
        var values = ValuesOf(token, found[0], time.GetUtcNow());
        var given = columns.Where(column => values.ContainsKey(column.Name) || !column.IsOptional).Select(column => (Name: Sql.Name(column.Name), Value: values.GetValueOrDefault(column.Name) ?? EmptyOf(column.Type))).ToArray();
        await connection.ExecuteAsync($"INSERT INTO {Sql.Name(schema, "sessions")} ({string.Join(", ", given.Select(item => item.Name))}) VALUES ({string.Join(", ", given.Select(item => item.Value))})", cancellationToken);
        return new BootSession(token, found[0].Id, found[0].Roles.Contains("system_admin", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> ValuesOf(string token, (string Id, string Roles) user, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["id"] = Sql.Literal(NewId()),
        ["token"] = Sql.Literal(token),
        ["createat"] = Number(now),
        ["expiresat"] = Number(now.AddHours(2)),
        ["lastactivityat"] = Number(now),
        ["userid"] = Sql.Literal(user.Id),
        ["deviceid"] = "''",
        ["roles"] = Sql.Literal(user.Roles),
        ["isoauth"] = "false",
        ["props"] = "'{}'",
        ["expirednotify"] = "false",
    };

    private static string Number(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string EmptyOf(string type) => type switch
    {
        "bigint" or "integer" or "smallint" => "0",
        "boolean" => "false",
        "json" or "jsonb" => "'{}'",
        _ => "''",
    };

    private static string NewId() => RandomNumberGenerator.GetString(Letters, IdLength);
}

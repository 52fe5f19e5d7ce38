using MmDrBot.Access;
using Npgsql;

namespace MmDrBot.Data;

/// <summary>Turns a libpq URI with one host into Npgsql's form; parameters it does not know are refused, not dropped.</summary>
internal static class PostgresUri
{
    public static NpgsqlConnectionStringBuilder ToNpgsql(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw new Refusal(RefusalReason.Invalid, "The state's PostgreSQL URI cannot be read.", "It looks like postgres://user:password@host:5432/database.");

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']') is { Length: > 0 } host ? host : "localhost",
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null,
        };

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Apply(builder, pair.Split('=', 2));

        return builder;
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, string[] pair)
    {
        var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        builder[Keyword(pair[0])] = pair[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
    }

    private static string Keyword(string name) => name switch
    {
        "host" => "Host",
        "port" => "Port",
        "user" => "Username",
        "password" => "Password",
        "dbname" => "Database",
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "passfile" => "Passfile",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        _ => throw new Refusal(
            RefusalReason.Invalid,
            $"The state's PostgreSQL URI has the parameter \"{name}\", which is not known here.",
            "Leave it out, or use Npgsql's own form: Host=...;Username=...;Database=..."),
    };
}

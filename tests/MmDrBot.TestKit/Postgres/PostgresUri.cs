using Npgsql;

namespace MmDrBot.TestKit.Postgres;

/// <summary>Turns a <c>postgres://user:password@host:port/database</c> URI into Npgsql's form.</summary>
public static class PostgresUri
{
    /// <summary>Connections are not pooled, so none is left behind to hold a database open.</summary>
    public static string ToConnectionString(string uri)
    {
        var parsed = new Uri(uri);
        var credentials = parsed.UserInfo.Split(':', 2);

        return new NpgsqlConnectionStringBuilder
        {
            Host = parsed.Host,
            Port = parsed.IsDefaultPort ? 5432 : parsed.Port,
            Database = Uri.UnescapeDataString(parsed.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(credentials[0]),
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
            Pooling = false,
            IncludeErrorDetail = true,
            CommandTimeout = 0,
        }.ConnectionString;
    }

    /// <summary>The same server and user, another database.</summary>
    public static string WithDatabase(string uri, string database) =>
        new UriBuilder(uri) { Path = Uri.EscapeDataString(database) }.Uri.AbsoluteUri;
}

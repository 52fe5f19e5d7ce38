using System.Globalization;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>
/// Where a database is and how to sign in, read as Mattermost's driver (lib/pq) reads a DataSource: a URI or key=value pairs. Parameters
/// that only that driver knows (binary_parameters and other run-time ones) are left out. Prints without the password.
/// </summary>
public sealed record PostgresAddress
{
    /// <summary>Host names with commas between, or a socket directory.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port, or several with commas between.</summary>
    public string Port { get; init; } = "5432";

    /// <summary>The database; the user's name where none is given.</summary>
    public string Database { get; init; } = "";

    /// <summary>The role.</summary>
    public string User { get; init; } = "";

    /// <summary>The password, if one is given.</summary>
    public string? Password { get; init; }

    /// <summary>disable, allow, prefer, require, verify-ca or verify-full; lib/pq's default is require.</summary>
    public string SslMode { get; init; } = "require";

    /// <summary>Path of the trusted certificates.</summary>
    public string? SslRootCert { get; init; }

    /// <summary>Path of the client's certificate.</summary>
    public string? SslCert { get; init; }

    /// <summary>Path of the client's key.</summary>
    public string? SslKey { get; init; }

    /// <summary>Seconds to wait for a connection.</summary>
    public int? ConnectTimeout { get; init; }

    /// <summary>Reads a DataSource.</summary>
    /// <exception cref="EngineException">It is neither a URI nor key=value pairs; the message does not repeat it.</exception>
    public static PostgresAddress Parse(string dataSource) => From(DataSourceParser.Parse(dataSource));

    /// <summary>The same server with another database.</summary>
    public PostgresAddress WithDatabase(string name) => this with { Database = name };

    /// <summary>Fit for messages: no password.</summary>
    public override string ToString() => $"postgres://{Uri.EscapeDataString(User)}@{(Host.StartsWith('/') ? "" : Host + ":" + Port)}/{Uri.EscapeDataString(Database)}{(Host.StartsWith('/') ? $"?host={Host}&port={Port}" : "")}";

    /// <summary>For a pool of short, bounded queries.</summary>
    /// <param name="applicationName">What PostgreSQL shows of us.</param>
    /// <param name="size">The most connections at once.</param>
    /// <returns>A connection string of Npgsql's; a secret.</returns>
    public string ToPoolString(string applicationName, int size) => new NpgsqlConnectionStringBuilder(ToConnectionString(applicationName))
    {
        Pooling = true,
        MinPoolSize = 0,
        MaxPoolSize = size,
        NoResetOnClose = false,
        CommandTimeout = 30,
        ReadBufferSize = 8 << 10,
        WriteBufferSize = 8 << 10,
    }.ConnectionString;

    internal string ToConnectionString(string applicationName)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Host.Contains(',', StringComparison.Ordinal) ? PairHostsWithPorts() : Host,
            Database = Database,
            Username = User,
            Password = Password,
            SslMode = NpgsqlSslMode(),
            ApplicationName = applicationName,
            Pooling = false,
            CommandTimeout = 0,
            Timeout = Math.Clamp(ConnectTimeout ?? 15, 1, 1024),
            KeepAlive = 30,
            NoResetOnClose = true,
            ReadBufferSize = 128 << 10,
            WriteBufferSize = 128 << 10,
        };
        if (!Host.Contains(',', StringComparison.Ordinal))
        {
            builder.Port = int.Parse(Port, CultureInfo.InvariantCulture);
        }

        builder.RootCertificate = SslRootCert ?? builder.RootCertificate;
        builder.SslCertificate = SslCert ?? builder.SslCertificate;
        builder.SslKey = SslKey ?? builder.SslKey;
        return builder.ConnectionString;
    }

    /// <summary>Variables for PostgreSQL's own tools; the password goes by file, never here.</summary>
    internal IEnumerable<KeyValuePair<string, string>> ToEnvironment()
    {
        yield return new("PGHOST", Host);
        yield return new("PGPORT", Port);
        yield return new("PGUSER", User);
        yield return new("PGDATABASE", Database);
        yield return new("PGSSLMODE", SslMode);
        yield return new("PGCONNECT_TIMEOUT", (ConnectTimeout ?? 15).ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in new[] { ("PGSSLROOTCERT", SslRootCert), ("PGSSLCERT", SslCert), ("PGSSLKEY", SslKey) })
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }

    private static PostgresAddress From(IReadOnlyDictionary<string, string> parts)
    {
        var user = parts.GetValueOrDefault("user") is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;
        var port = parts.GetValueOrDefault("port") is { Length: > 0 } givenPort ? givenPort : "5432";
        if (port.Split(',').Any(one => !ushort.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0))
        {
            throw new EngineException(EngineFault.Invalid, "The database's address names a port that is none.", "A port is a number from 1 to 65535.");
        }

        var host = parts.GetValueOrDefault("host") is { Length: > 0 } givenHost ? givenHost : "localhost";
        if (port.Contains(',', StringComparison.Ordinal) && port.Split(',').Length != host.Split(',').Length)
        {
            throw new EngineException(EngineFault.Invalid, "The database's address has another number of ports than of hosts.", "Give one port for all, or one for each host.");
        }

        return new PostgresAddress
        {
            Host = host,
            Port = port,
            User = user,
            Database = parts.GetValueOrDefault("dbname") is { Length: > 0 } database ? database : user,
            Password = parts.GetValueOrDefault("password") ?? Environment.GetEnvironmentVariable("PGPASSWORD"),
            SslMode = KnownSslMode(parts.GetValueOrDefault("sslmode")),
            SslRootCert = parts.GetValueOrDefault("sslrootcert"),
            SslCert = parts.GetValueOrDefault("sslcert"),
            SslKey = parts.GetValueOrDefault("sslkey"),
            ConnectTimeout = int.TryParse(parts.GetValueOrDefault("connect_timeout"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null,
        };
    }

    private static string KnownSslMode(string? mode) => mode switch
    {
        null or "" => "require",
        "disable" or "allow" or "prefer" or "require" or "verify-ca" or "verify-full" => mode,
        _ => throw new EngineException(EngineFault.Invalid, "The database's address has an sslmode that is none.", "Use disable, allow, prefer, require, verify-ca or verify-full."),
    };

    private SslMode NpgsqlSslMode() => SslMode switch
    {
        "disable" => Npgsql.SslMode.Disable,
        "allow" => Npgsql.SslMode.Allow,
        "prefer" => Npgsql.SslMode.Prefer,
        "verify-ca" => Npgsql.SslMode.VerifyCA,
        "verify-full" => Npgsql.SslMode.VerifyFull,
        _ => Npgsql.SslMode.Require,
    };

    private string PairHostsWithPorts()
    {
        var ports = Port.Split(',');
        return string.Join(',', Host.Split(',').Select((host, i) => $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{ports[Math.Min(i, ports.Length - 1)]}"));
    }
}

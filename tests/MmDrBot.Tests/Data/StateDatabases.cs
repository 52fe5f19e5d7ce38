using Npgsql;

namespace MmDrBot.Tests.Data;

/// <summary>New, empty state databases; dropped when disposed.</summary>
internal abstract class StateDatabases : IAsyncDisposable
{
    public static StateDatabases Sqlite() => new SqliteFiles();

    /// <summary>On the server that MMDR_TESTKIT_POSTGRES names with a superuser's URI.</summary>
    public static StateDatabases PostgreSql() => new PostgresDatabases();

    /// <summary>The connection string of one database; the same at every call.</summary>
    public abstract string ConnectionString { get; }

    public abstract ValueTask DisposeAsync();

    private sealed class SqliteFiles : StateDatabases
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmdr-state-");

        public override string ConnectionString => Path.Combine(_folder.FullName, "state", "state.db");

        public override ValueTask DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class PostgresDatabases : StateDatabases
    {
        private readonly string _name = $"state_{Guid.NewGuid():N}";

        public PostgresDatabases() => Execute($"create database {_name}");

        public override string ConnectionString => new UriBuilder(Server) { Path = _name }.Uri.ToString();

        private static Uri Server { get; } = new(
            Environment.GetEnvironmentVariable("MMDR_TESTKIT_POSTGRES")
            ?? throw new InvalidOperationException("Set MMDR_TESTKIT_POSTGRES to the URI of a PostgreSQL superuser."));

        public override ValueTask DisposeAsync()
        {
            Execute($"drop database {_name} with (force)");
            return ValueTask.CompletedTask;
        }

        private static void Execute(string sql)
        {
            var user = Server.UserInfo.Split(':', 2);
            var target = new NpgsqlConnectionStringBuilder
            {
                Host = Server.Host,
                Port = Server.Port > 0 ? Server.Port : 5432,
                Username = Uri.UnescapeDataString(user[0]),
                Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
                Database = "postgres",
                Pooling = false,
            };
            using var connection = new NpgsqlConnection(target.ToString());
            connection.Open();
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }
}

using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Restore;

/// <summary>Writes the ALTER statements for settings that belong to a database.</summary>
internal static class DatabaseSettings
{
    // PostgreSQL keeps the values of these quoted already (GUC_LIST_QUOTE).
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories",
    };

    internal static string Statement(string database, string? role, string setting)
    {
        var equals = setting.IndexOf('=');
        var (name, value) = (setting[..equals], setting[(equals + 1)..]);
        var who = role is null ? $"DATABASE {Sql.Name(database)}" : $"ROLE {Sql.Name(role)} IN DATABASE {Sql.Name(database)}";
        return $"ALTER {who} SET {Sql.Name(name)} TO {(Lists.Contains(name) ? value : Sql.Literal(value))}";
    }
}

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Quoting, for the statements that take no parameters.</summary>
internal static class Sql
{
    internal static string Name(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Name(string schema, string identifier) => $"{Name(schema)}.{Name(identifier)}";

    internal static string Literal(string value) =>
        (value.Contains('\\', StringComparison.Ordinal) ? " E'" : "'") + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    internal static string Columns(IReadOnlyList<string> columns) => columns.Count == 0 ? "" : $" ({string.Join(", ", columns.Select(Name))})";
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Backup;

/// <summary>Tables that had rows in the last restore point and have none, or are not there, now: a backup that succeeds of a database that was emptied.</summary>
internal static class EmptiedTables
{
    private const int Shown = 10;

    /// <returns>A warning, or null when there is nothing to warn of.</returns>
    internal static string? Tell(DatabaseComponent? now, IEnumerable<RestorePoint> earlier)
    {
        var before = earlier.LastOrDefault(point => point.Database is { } database && database.Name == now?.Name);
        if (now is null || before is null)
        {
            return null;
        }

        var filled = now.Tables.Where(table => table.Rows > 0).Select(Name).ToHashSet();
        var lost = before.Database!.Tables.Where(table => table.Rows > 0 && !filled.Contains(Name(table))).OrderByDescending(table => table.Rows).ToArray();
        return lost.Length == 0 ? null
            : $"Without rows now, with rows in the restore point {before.Id.ToString()[..12]} of {before.CreatedAt:yyyy-MM-dd HH:mm} UTC: {string.Join(", ", lost.Take(Shown).Select(table => FormattableString.Invariant($"{Name(table)} ({table.Rows:N0})")))}{(lost.Length > Shown ? $" and {lost.Length - Shown} more tables" : "")}. If nobody emptied them on purpose, keep that restore point.";
    }

    private static string Name(TableData table) => $"{table.Schema}.{table.Name}";
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>A table that had rows, lost them between two restore points, and has not got half of them back.</summary>
/// <param name="Name">As `public.posts`.</param>
/// <param name="Rows">How many it had.</param>
/// <param name="Left">How many it has in the newest restore point of the database; 0 also where it is gone.</param>
/// <param name="Last">The newest restore point that has them.</param>
public sealed record EmptiedTable(string Name, long Rows, long Left, RestorePoint Last)
{
    /// <summary>So many don't go by themselves; of fewer, losing most is a matter of a day.</summary>
    public const long ManyRows = 1000;

    private const int AlmostAll = 100;

    /// <summary>For so long it is worth a word; after that it is how things are.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(60);

    /// <summary>Mattermost and its plugins empty these as they go along, and lose nothing with it.</summary>
    private static readonly HashSet<string> Passing =
    [
        "clusterdiscovery", "commandwebhooks", "desktoptokens", "drafts", "jobs", "notifyadmin", "oauthauthdata", "persistentnotifications", "postreminders", "retentionidsfordeletion", "scheduledposts", "sessions", "tokens", "uploadsessions",
    ];

    /// <summary>Looks through the restore points of the database that the newest of them holds.</summary>
    /// <returns>The one that lost most first.</returns>
    public static IReadOnlyList<EmptiedTable> Find(IEnumerable<RestorePoint> points)
    {
        var all = points.Where(point => point.Database is not null).OrderBy(point => point.CreatedAt).ToArray();
        var series = all.Where(point => point.Database!.Name == all[^1].Database!.Name && point.CreatedAt >= all[^1].CreatedAt - Memory).ToArray();
        var (lost, full) = (new Dictionary<string, EmptiedTable>(), new Dictionary<string, (long Rows, RestorePoint Point)>());
        foreach (var point in series)
        {
            var rows = point.Database!.Tables.Where(table => !IsPassing(table.Name)).ToDictionary(table => $"{table.Schema}.{table.Name}", table => table.Rows);
            foreach (var (name, before) in full)
            {
                Judge(lost, name, before, rows.GetValueOrDefault(name));
            }

            foreach (var (name, count) in rows.Where(table => table.Value > 0))
            {
                full[name] = (count, point);
            }
        }

        return [.. lost.Values.OrderByDescending(table => table.Rows).ThenBy(table => table.Name, StringComparer.Ordinal)];
    }

    private static void Judge(Dictionary<string, EmptiedTable> lost, string name, (long Rows, RestorePoint Point) before, long now)
    {
        if (lost.TryGetValue(name, out var known))
        {
            lost[name] = known with { Left = now };
            if (now * 2 >= known.Rows)
            {
                lost.Remove(name);
            }
        }
        else if (now == 0 || (before.Rows >= ManyRows && now <= before.Rows / AlmostAll))
        {
            lost[name] = new EmptiedTable(name, before.Rows, now, before.Point);
        }
    }

    private static bool IsPassing(string name) => Passing.Contains(name) || name.EndsWith("_sessions", StringComparison.Ordinal);
}

using System.Globalization;
using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether tables that had rows have none in the newest restore point of the database. Restore points tell so by themselves, however often
/// this restarts: it is over when the rows are back, or when somebody acknowledged it, who knows better.
/// </summary>
internal sealed class EmptiedSource(RepositoryLook look, AlarmStore alarms) : IAlarmSource
{
    private const string Source = "tables", Subject = "database";
    private const int Shown = 10;

    /// <summary>What is lost is more than somebody tidied up.</summary>
    private const long ManyRows = 1000;

    /// <summary>Without an answer for so long it is how things are. Acknowledgements are kept for longer.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(60);

    /// <summary>Mattermost empties these itself as it goes along.</summary>
    private static readonly HashSet<string> Passing = ["clusterdiscovery", "desktoptokens", "drafts", "notifyadmin", "persistentnotifications", "postreminders", "scheduledposts", "tokens", "uploadsessions"];

    public string Name => Source;

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            var accepted = await alarms.LastAcknowledgedAsync(Source, new Alarm(AlarmKinds.TableEmptied, default, Subject, "", "").Key, cancellationToken);
            return Judge(picture.Points, accepted) is { } alarm ? AlarmJudgement.Of(alarm) : AlarmJudgement.Of();
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    /// <param name="points">Oldest first.</param>
    /// <param name="accepted">When this was last acknowledged: what a restore point showed by then is meant.</param>
    internal static Alarm? Judge(IReadOnlyList<RestorePoint> points, DateTimeOffset? accepted)
    {
        var newest = points.LastOrDefault(point => point.Database is not null);
        var series = points.Where(point => point.Database?.Name == newest?.Database?.Name && point.CreatedAt >= newest?.CreatedAt - Memory).ToArray();
        var lost = Lost(series).Where(item => !(item.Gone.FinishedAt <= accepted)).OrderByDescending(item => item.Table.Rows).ToArray();
        if (lost.Length == 0)
        {
            return null;
        }

        var tables = string.Join(", ", lost.Take(Shown).Select(item => string.Create(CultureInfo.InvariantCulture, $"{NameOf(item.Table)} ({item.Table.Rows:N0})")));
        var last = series.LastOrDefault(point => FilledIn(point).IsSupersetOf(lost.Select(item => NameOf(item.Table)))) ?? lost[0].Last;
        return new Alarm(
            AlarmKinds.TableEmptied,
            lost.Sum(item => item.Table.Rows) >= ManyRows ? AlarmSeverity.Critical : AlarmSeverity.Warning,
            Subject,
            $"Without rows in the newest restore point of the database, or gone, and with rows before: {tables}{(lost.Length > Shown ? $" and {Words.Count(lost.Length - Shown, "more table", "more tables")}" : "")}. Restore point {Words.Short(last.Id.ToString())} of {last.CreatedAt:yyyy-MM-dd HH:mm} UTC has them.",
            $"See who or what emptied them. `restore-point pin {Words.Short(last.Id.ToString())}` keeps the rows from being forgotten. If it was meant, acknowledge this: that ends it.");
    }

    /// <summary>Each table with the last rows that it had, where those are, and the restore point after that, which has none.</summary>
    private static IEnumerable<(TableData Table, RestorePoint Last, RestorePoint Gone)> Lost(IReadOnlyList<RestorePoint> series)
    {
        var seen = series.Count > 0 ? FilledIn(series[^1]) : [];
        for (var index = series.Count - 2; index >= 0; index--)
        {
            foreach (var table in series[index].Database!.Tables.Where(table => table.Rows > 0 && !Passing.Contains(table.Name) && seen.Add(NameOf(table))))
            {
                yield return (table, series[index], series[index + 1]);
            }
        }
    }

    private static HashSet<string> FilledIn(RestorePoint point) => [.. point.Database!.Tables.Where(table => table.Rows > 0).Select(NameOf)];

    private static string NameOf(TableData table) => $"{table.Schema}.{table.Name}";
}

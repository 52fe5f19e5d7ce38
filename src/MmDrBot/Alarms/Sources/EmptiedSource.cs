using System.Globalization;
using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether tables lost their rows. Restore points tell so by themselves, however often this restarts: it is over when half of the rows are back,
/// or when somebody acknowledged it, who knows better; of each table by itself, so that nobody accepts what they were not told of.
/// </summary>
internal sealed class EmptiedSource(RepositoryLook look, AlarmStore alarms) : IAlarmSource
{
    private const string Source = "tables";

    /// <summary>Where a whole database was emptied, the rest is told by number, and by name as soon as these are acknowledged.</summary>
    private const int AtOnce = 5;

    public string Name => Source;

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            var accepted = await alarms.LastAcknowledgedAsync(Source, cancellationToken);
            return AlarmJudgement.Of(Judge(picture.Points, accepted));
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    /// <param name="points">The restore points.</param>
    /// <param name="accepted">When each alarm was last acknowledged, by its key: what a table had lost by then is meant.</param>
    internal static IReadOnlyList<Alarm> Judge(IReadOnlyList<RestorePoint> points, IReadOnlyDictionary<string, DateTimeOffset> accepted)
    {
        var lost = EmptiedTable.Find(points).Where(table => !(accepted.TryGetValue(KeyOf(table), out var at) && at >= table.Last.FinishedAt)).ToArray();
        return [.. lost.Take(AtOnce).Select((table, index) => AlarmOf(table, index == 0 ? lost.Length - AtOnce : 0))];
    }

    private static string KeyOf(EmptiedTable table) => new Alarm(AlarmKinds.TableEmptied, default, table.Name, "", "").Key;

    private static Alarm AlarmOf(EmptiedTable table, int more)
    {
        var last = Words.Short(table.Last.Id.ToString());
        var left = table.Left == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{table.Left:N0}");
        return new Alarm(
            AlarmKinds.TableEmptied,
            table.Rows >= EmptiedTable.ManyRows ? AlarmSeverity.Critical : AlarmSeverity.Warning,
            table.Name,
            string.Create(CultureInfo.InvariantCulture, $"The table {table.Name} had {table.Rows:N0} {(table.Rows == 1 ? "row" : "rows")} and has {left} in the newest restore point of the database. Restore point {last} of {table.Last.CreatedAt:yyyy-MM-dd HH:mm} UTC has them.{(more > 0 ? $" {Words.Count(more, "more table lost its rows", "more tables lost their rows")} as well." : "")}"),
            $"See who or what emptied it. `restore-point pin {last}` keeps the rows for as long as you like. If it was meant, acknowledge this: that ends it.");
    }
}

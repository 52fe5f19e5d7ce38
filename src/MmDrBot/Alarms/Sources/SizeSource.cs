using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether the newest restore points of each component are oddly small, or added oddly much: one of the database alone says nothing of the
/// files. Only restore points of the same label are compared.
/// </summary>
internal sealed class SizeSource(RepositoryLook look, AlarmOptions options) : IAlarmSource
{
    private const int Before = 10, Enough = 3;

    /// <summary>What is smaller than this changes by half every day.</summary>
    private const long Floor = 100_000;
    private const long RowFloor = 1000;

    /// <summary>What has not been backed up for so long beside others is overdue, or backed up under another label; its size is no news any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(14);

    public string Name => "sizes";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return AlarmJudgement.Of([.. Judge((await look.GetAsync(cancellationToken)).Points, options)]);
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    /// <param name="points">Oldest first.</param>
    /// <param name="options">What is odd.</param>
    internal static IEnumerable<Alarm> Judge(IReadOnlyList<RestorePoint> points, AlarmOptions options)
    {
        foreach (var series in points.GroupBy(point => point.Label ?? ""))
        {
            // What is backed up otherwise by now is judged there.
            bool IsOver(string component) => series.Last(point => point.Components.Contains(component)).CreatedAt < points[^1].CreatedAt - Patience;
            string[] components = [.. ComponentsOf([.. series]).Where(component => !IsOver(component))];
            foreach (var alarm in Shrunk([.. series], components, options.ShrinkPercent).Concat(Grown([.. series], components, options)))
            {
                yield return series.Key.Length == 0 ? alarm : alarm with { Subject = $"{alarm.Subject} ({series.Key})" };
            }
        }
    }

    private static IEnumerable<Alarm> Shrunk(IReadOnlyList<RestorePoint> series, IReadOnlyList<string> components, int percent)
    {
        if (percent == 0)
        {
            yield break;
        }

        foreach (var component in components)
        {
            var sizes = series.Where(point => point.Components.Contains(component)).TakeLast(Before / 2 + 1).Select(point => (Bytes: BytesOf(point, component), Rows: RowsOf(point, component))).ToArray();
            if (Smaller([.. sizes.Select(size => size.Bytes)], percent, Floor) is { } bytes)
            {
                yield return Small(component, $"{Words.Bytes(sizes[^1].Bytes)} now, {Words.Bytes(bytes)} before");
            }
            else if (Smaller([.. sizes.Select(size => size.Rows)], percent, RowFloor) is { } rows)
            {
                yield return Small(component, $"{Words.Count(sizes[^1].Rows, "row", "rows")} now, {Words.Count(rows, "row", "rows")} before");
            }
        }
    }

    /// <returns>What there was before, where the last is too small against the one before it or against what is usual; else null.</returns>
    private static long? Smaller(IReadOnlyList<long> sizes, int percent, long floor)
    {
        if (sizes.Count < 2)
        {
            return null;
        }

        var before = Math.Max(sizes[^2], Median([.. sizes.SkipLast(1)]));
        return before >= floor && sizes[^1] <= before / 100.0 * (100 - percent) ? before : null;
    }

    private static Alarm Small(string component, string sizes) => new(
        AlarmKinds.Shrink, AlarmSeverity.Critical, component, $"The {component} in the newest restore point with it is much smaller than before: {sizes}.", "See whether something was deleted in Mattermost, or the backup looks at the wrong place, before older restore points expire. `restore-points` lists them. Acknowledge it if the change was meant.");

    /// <summary>Of several the newest: one alarm tells of them.</summary>
    private static IEnumerable<Alarm> Grown(IReadOnlyList<RestorePoint> series, IReadOnlyList<string> components, AlarmOptions options) =>
        components.Select(component => series.Last(point => point.Components.Contains(component))).Distinct(ReferenceEqualityComparer.Instance).Cast<RestorePoint>()
            .OrderByDescending(point => point.CreatedAt).Select(point => Grown(point, series, options)).OfType<Alarm>().Take(1);

    private static Alarm? Grown(RestorePoint newest, IReadOnlyList<RestorePoint> series, AlarmOptions options)
    {
        var before = series.TakeWhile(point => !ReferenceEquals(point, newest)).Where(point => point.Components.SequenceEqual(newest.Components)).TakeLast(Before).Select(point => point.NewBytes).ToArray();
        return options.GrowthFactor > 0 && before.Length >= Enough && newest.NewBytes > Median(before) * options.GrowthFactor && newest.NewBytes - Median(before) > options.GrowthMegabytes * 1_000_000
            ? new Alarm(
                AlarmKinds.Growth, AlarmSeverity.Warning, "new content", $"The newest restore point with {string.Join(" and ", newest.Components)} added {Words.Bytes(newest.NewBytes)} to the repository; usual are {Words.Bytes(Median(before))}.", "See what came into Mattermost (files, imports), and whether the store has room. It is resolved by the next such backup of a usual size.")
            : null;
    }

    private static IEnumerable<string> ComponentsOf(IReadOnlyList<RestorePoint> series) => series.SelectMany(point => point.Components).Distinct();

    private static long BytesOf(RestorePoint point, string component) => component switch
    {
        "database" => point.Database!.Bytes,
        "config" => point.Config!.Bytes,
        _ => point.Files!.Bytes,
    };

    private static long RowsOf(RestorePoint point, string component) => component == "database" ? point.Database!.Tables.Sum(table => table.Rows) : 0;

    private static long Median(long[] values) => values.Order().ElementAt(values.Length / 2);
}

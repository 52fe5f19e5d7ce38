namespace MmDrBot.Benchmarks;

/// <summary>One run of the program: how long by the clock, and how much processor time. On a shared machine only the latter is the program's own.</summary>
internal sealed record Run(TimeSpan Wall, TimeSpan Processor)
{
    internal static string Describe(IReadOnlyList<Run> runs) =>
        FormattableString.Invariant($"{Least(runs, run => run.Wall)} ms at least, {Median(runs, run => run.Wall)} ms in the median; processor {Least(runs, run => run.Processor)} and {Median(runs, run => run.Processor)} ms ({runs.Count} runs)");

    private static string Least(IEnumerable<Run> runs, Func<Run, TimeSpan> value) => FormattableString.Invariant($"{runs.Min(value).TotalMilliseconds:0}");

    private static string Median(IReadOnlyList<Run> runs, Func<Run, TimeSpan> value) => FormattableString.Invariant($"{runs.Select(value).Order().ElementAt(runs.Count / 2).TotalMilliseconds:0}");
}

using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Scheduling;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

/// <summary>Words schedules.</summary>
internal static class ScheduleWords
{
    /// <summary>Whoever has just changed a schedule may see what came of it.</summary>
    internal static Actor Reader(Invocation invocation) => invocation.Actor with { Permissions = invocation.Actor.Permissions.Append(Permission.ViewStatus).ToHashSet() };

    internal static Reply Of(ScheduleView view, string what, Invocation invocation) => new()
    {
        Text = string.Join('\n', Lines(view, what, invocation)),
        Json = view,
        Buttons = [new Button("Show", ["schedule", "show", view.Name], Permission.ViewStatus)],
    };

    internal static Reply Shown(ScheduleView view, Invocation invocation)
    {
        var lines = Lines(view, "", invocation).ToList();
        lines.Insert(1, $"Made by {view.CreatedBy}, {invocation.Time(view.CreatedAt)}. {(view.CatchUp ? "What is missed is caught up by one run." : "What is missed is skipped.")}{(view.Jitter.Length > 0 ? $" Put off by up to {view.Jitter}." : "")}{(view.NotDuring.Length > 0 ? $" Never during {view.NotDuring}." : "")}");
        return new Reply
        {
            Text = string.Join('\n', lines),
            Table = view.Runs.Count == 0 ? null : new ReplyTable(["Due", "What became of it"], [.. view.Runs.Select(run => new[] { invocation.Cell(run.DueAt), OutcomeOf(run) })]),
            Footer = view.Runs.Count == 0 ? null : invocation.Below(),
            Json = view,
        };
    }

    internal static string OutcomeOf(RunView run)
    {
        var more = run.StandsFor > 1 ? $", for {run.StandsFor} times" : "";
        var job = run.Job is { } id ? $" `{id}`{(run.JobState is { } state ? $" {state.Replace('_', ' ')}" : "")}" : "";
        var what = run.Outcome == "started" ? $"job{job}" : run.Outcome;
        return $"{what}{more}{(run.Reason is { } reason ? $": {reason}" : "")}";
    }

    internal static string StateOf(ScheduleView view) => view switch
    {
        { State: "paused" } => $"paused by {view.PausedBy}",
        { OverdueSince: not null } => "overdue",
        { Runs: [var last, ..] } => OutcomeOf(last),
        _ => "has not run yet",
    };

    private static IEnumerable<string> Lines(ScheduleView view, string what, Invocation invocation)
    {
        var cron = view.When == view.Cron ? "" : $" ({Words.Code(view.Cron)})";
        yield return $"Schedule **{view.Name}**{(what.Length > 0 ? $" {what}. It" : "")} runs {Words.Code(view.Command)}: {view.When}{cron}, {view.Zone}.";
        if (view.State == "paused")
        {
            yield return $"It is **paused** by {view.PausedBy} since {invocation.Time(view.PausedAt!.Value)}: nothing runs until `schedule resume {view.Name}`.";
        }
        else if (view.Next.Count > 0)
        {
            yield return $"Next: {string.Join(", ", view.Next.Select(time => Both(time, view.Zone, invocation)))}.";
        }

        if (view.OverdueSince is { } since)
        {
            yield return $"**Overdue** since {invocation.Time(since)}: is the service running (`mmdr serve`)?";
        }

        if (what.Length > 0 && view.State == "on" && invocation.Actor.Door is Door.Cli)
        {
            yield return "Schedules run while the service does: `mmdr serve`.";
        }
    }

    /// <summary>By the schedule's clock, and by the reader's where that shows another time.</summary>
    private static string Both(DateTimeOffset time, string zone, Invocation invocation)
    {
        var (own, reader) = (Zones.Find(zone), invocation.Actor.Zone);
        return own.GetUtcOffset(time) == reader.GetUtcOffset(time) ? Words.Clock(time, own) : $"{Words.Clock(time, own)} ({invocation.Time(time)} for you)";
    }
}

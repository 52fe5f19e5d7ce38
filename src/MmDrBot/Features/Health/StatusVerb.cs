using MmDrBot.Verbs;

namespace MmDrBot.Features.Health;

internal sealed class StatusVerb(ShowStatus status, TimeProvider time) : Verb
{
    private const int Shown = 5;

    internal override string Path => "status";

    internal override string Description => "Says how things stand: newest restore point, running jobs, problems, open alarms.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["status"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var view = await status.HandleAsync(invocation.Actor, cancellationToken);
        var exitCode = view.Refused is { } reason ? ExitCodes.Of(reason) : view.Problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        return Reply.Of(string.Join('\n', Lines(view, invocation)), view) with { ExitCode = exitCode };
    }

    private IEnumerable<string> Lines(StatusView view, Invocation invocation)
    {
        yield return view.LatestAt is { } at
            ? $"Newest restore point: `{Words.Short(view.LatestRestorePoint!)}`, {invocation.Time(at)} ({Words.Duration(time.GetUtcNow() - at)} ago), {view.LatestState}; {view.RestorePoints} in all."
            : view.Opened ? "There is **no restore point**. `backup` takes one." : "The repository could not be opened, so what can be restored is **not known**.";
        if (view.LatestAt is not null)
        {
            yield return view.LastDrillAt is { } drilled
                ? $"Last restored on trial: `{Words.Short(view.LastDrilled!)}`, {Words.Duration(time.GetUtcNow() - drilled)} ago{(view.LastDrillSeconds is { } seconds ? $"; the restore took {Words.Duration(TimeSpan.FromSeconds(seconds))}" : "")}. The newest is {view.LatestTrust!.Replace('_', ' ')}{(view.LatestBootFailedAt is null ? "" : ", but Mattermost did not run on what was restored of it")}."
                : "No restore point was ever restored on trial: `verify latest --level drill` does.";
        }

        yield return $"Repository: {view.Repository}";
        if (view.ThreeTwoOne is { } rule)
        {
            yield return $"3-2-1 rule: {(rule.Kept ? "kept" : "**not kept**")}. {rule.Reason}";
        }

        yield return view.LiveJobs.Count == 0 ? "No job is running." : $"Running or waiting: {string.Join(", ", view.LiveJobs.Select(id => $"`{id}`"))}.";
        if (view.NextBackupAt is { } next)
        {
            yield return $"Next scheduled backup: {invocation.Time(next)}.";
        }

        foreach (var note in view.Notes)
        {
            yield return $"**Note:** {note}";
        }

        foreach (var problem in view.Problems)
        {
            yield return $"**Problem:** {problem}";
        }

        foreach (var alarm in view.Alarms.Take(Shown))
        {
            yield return $"**{(alarm.Severity == "critical" ? "Critical alarm" : "Alarm")}** `{alarm.Id}`{(alarm.Acknowledged ? ", acknowledged" : "")}: {alarm.Message}";
        }

        if (view.Alarms.Count > Shown)
        {
            yield return $"And {Words.Count(view.Alarms.Count - Shown, "alarm", "alarms")} more: `alarms` lists them.";
        }
    }
}

using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>Shows schedules: how they stand, what comes, what was.</summary>
internal sealed class ShowSchedules(ScheduleStandings standings, ScheduleStore schedules, ScheduleRunStore runs, JobStore jobs, TimeProvider time)
{
    private const int Times = 5, Runs = 10;

    /// <summary>By name, each with its next time and what was last.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var views = new List<ScheduleView>();
        foreach (var standing in await standings.ListAsync(cancellationToken))
        {
            var last = standing.Last is { } run ? [await ViewAsync(run, cancellationToken)] : Array.Empty<RunView>();
            views.Add(ScheduleView.Of(standing, standing.Next is { } next ? [next] : [], last));
        }

        return views;
    }

    /// <summary>With its next times and its last runs.</summary>
    public async Task<ScheduleView> GetAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var schedule = await schedules.GetAsync(name, cancellationToken);
        var last = await runs.ListAsync(schedule.Id, Runs, cancellationToken);
        var now = time.GetUtcNow();
        var standing = ScheduleStandings.Judge(schedule, last.Count > 0 ? last[0] : null, now);
        var views = new List<RunView>();
        foreach (var run in last)
        {
            views.Add(await ViewAsync(run, cancellationToken));
        }

        return ScheduleView.Of(standing, schedule.PausedAt is null ? SchedulePlanner.Upcoming(schedule, now, Times) : [], views);
    }

    private async Task<RunView> ViewAsync(ScheduleRun run, CancellationToken cancellationToken)
    {
        try
        {
            return RunView.Of(run, run.JobId is { } id ? EnumText.Of((await jobs.GetAsync(id, cancellationToken)).State) : null);
        }
        catch (Refusal gone) when (gone.Reason is RefusalReason.NotFound)
        {
            return RunView.Of(run, null);
        }
    }
}

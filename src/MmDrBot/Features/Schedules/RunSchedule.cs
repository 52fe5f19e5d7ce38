using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

/// <summary>Runs a schedule's command now, as whoever asks: paused or not, and whatever the time.</summary>
internal sealed class RunSchedule(ScheduleStore schedules, ScheduledCommands commands, TimeProvider time)
{
    public async Task<Reply> HandleAsync(string name, Actor actor, IJobFollower jobs, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageSchedules);
        var schedule = await schedules.GetAsync(name, cancellationToken);
        return await commands.RunAsync(schedule.Command, actor, new Recording(jobs, (transaction, job, token) => RecordAsync(transaction, schedule, job, actor, token)), cancellationToken);
    }

    private async Task RecordAsync(StateTransaction transaction, Schedule schedule, Job job, Actor actor, CancellationToken cancellationToken)
    {
        // Never at a full second, where the schedule itself may be due.
        var now = time.GetUtcNow();
        now = now.Millisecond == 0 ? now.AddMilliseconds(1) : now;
        await ScheduleRunStore.InsertAsync(transaction, new ScheduleRun(schedule.Id, now, RunOutcome.Started, now) { JobId = job.Id, Reason = $"By hand, by {actor.Name}." }, cancellationToken);
    }

    private sealed class Recording(IJobFollower inner, Func<StateTransaction, Job, CancellationToken, Task> record) : IJobFollower
    {
        public JobLaunch Launch => inner.Launch with { Recorded = record, OfSchedule = true };

        public Task<Job> FollowAsync(Job job, CancellationToken cancellationToken) => inner.FollowAsync(job, cancellationToken);
    }
}

using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Verbs;
using Spectre.Console;

namespace MmDrBot.Cli;

/// <summary>The command line does long work itself: the job's row is claimed from its first moment, and progress is drawn here.</summary>
internal sealed class TerminalJobs(Terminal terminal, JobQueue queue, JobRunner runner, InterruptedJobs interrupted, StatelessAudit audit, TimeProvider time) : IJobFollower
{
    private bool _swept;

    public JobLaunch Launch
    {
        get
        {
            Sweep();
            return new JobLaunch(queue.NewClaim());
        }
    }

    public async Task<Job> FollowAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Id.Length > 0)
        {
            return await WatchAsync(watcher => runner.RunAsync(job, watcher, cancellationToken));
        }

        terminal.Note($"The state database is out of reach, going on without it: {job.Error?.Message}");
        var ended = await WatchAsync(watcher => runner.RunUnrecordedAsync(job, watcher, time, cancellationToken));
        if (await audit.TryWriteAsync(ended) is { } fault)
        {
            terminal.Note($"This run is on record nowhere: {fault}");
        }

        return ended;
    }

    /// <summary>A job whose process was killed must not keep this one from starting.</summary>
    private void Sweep()
    {
        if (_swept)
        {
            return;
        }

        _swept = true;
        try
        {
            interrupted.SweepAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Refusal unavailable)
        {
            terminal.Note(unavailable.Message);
        }
    }

    private async Task<Job> WatchAsync(Func<IProgress<JobProgress>?, Task<Job>> run)
    {
        if (!terminal.ShowsProgress)
        {
            return await run(null);
        }

        return await terminal.Errors.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("starting", maxValue: 100);
                return await run(new Bar(task));
            });
    }

    private sealed class Bar(ProgressTask task) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            var rate = value.BytesPerSecond is { } bytes ? $", {Words.Bytes(bytes)}/s" : "";
            var left = value.EtaSeconds is { } seconds ? $", {Words.Duration(TimeSpan.FromSeconds(seconds))} left" : "";
            task.Description = Markup.Escape($"{value.Phase} {(value.BytesDone is { } done ? Words.Bytes(done) : "")}{rate}{left}");
            task.IsIndeterminate = value.Percent is null;
            task.Value = value.Percent ?? 0;
        }
    }
}

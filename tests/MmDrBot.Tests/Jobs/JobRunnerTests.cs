using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;

public abstract class JobRunnerTests : JobTestBase
{
    private protected JobRunnerTests(StateDatabases databases) : base(databases)
    {
    }

    [Fact]
    public async Task What_the_handler_returns_is_the_jobs_end()
    {
        Handler.Work = (job, _, _) => Task.FromResult(JobOutcome.PartlyFailed($$"""{"of":"{{job.Id}}"}"""));

        var job = await RunAsync();

        Assert.Equal((JobState.PartlyFailed, $$"""{"of":"{{job.Id}}"}"""), (job.State, job.ResultJson));
        Assert.Equal(job, await State.Jobs.GetAsync(job.Id, None));
        Assert.Equal(["backup.requested", "backup.started", "backup.partly_failed"], await AuditedAsync());
        Assert.Equal([JobState.Running, JobState.PartlyFailed], Reporter.Told.Select(told => told.State));
    }

    [Fact]
    public async Task A_refusal_fails_the_job_in_its_own_words()
    {
        Handler.Work = (_, _, _) => throw new Refusal(RefusalReason.WrongKey, "No key slot opens with it.", "Try another.");

        var job = await RunAsync();

        Assert.Equal(JobState.Failed, job.State);
        Assert.StartsWith("ref-", job.Error?.Reference, StringComparison.Ordinal);
        Assert.Equal(new JobError("wrong_key", "No key slot opens with it.", "Try another.", job.Error!.Reference), job.Error);
    }

    [Fact]
    public async Task A_bug_is_shown_as_a_reference_and_logged_in_full()
    {
        Handler.Work = (_, _, _) => throw new InvalidOperationException("secret detail");

        var job = await RunAsync();

        Assert.Equal((JobState.Failed, "internal", "Something went wrong inside MmDrBot."), (job.State, job.Error!.Code, job.Error.Message));
        Assert.DoesNotContain("secret detail", job.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains(Logs.Lines, line => line.Contains(job.Error.Reference!, StringComparison.Ordinal) && line.Contains("secret detail", StringComparison.Ordinal));
        var record = (await State.Audit.ListAsync(before: null, limit: 1, None))[0];
        Assert.Equal(("backup.failed", job.Error.Reference), (record.Entry.Action, record.Entry.Reference));
    }

    [Fact]
    public async Task A_timeout_inside_the_handler_is_no_cancellation()
    {
        Handler.Work = (_, _, _) => throw new TaskCanceledException();

        Assert.Equal("internal", (await RunAsync()).Error!.Code);
    }

    [Fact]
    public async Task A_request_to_cancel_reaches_the_handler()
    {
        Handler.WorksUntilCancelled();
        var running = RunAsync();
        await CancelAsync((await Handler.Begun.Task).Id);

        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), Tick);

        Assert.Equal((JobState.Cancelled, "cancelled"), ((await running).State, (await running).Error!.Code));
        Assert.Equal("backup.cancelled", (await AuditedAsync())[^1]);
    }

    [Fact]
    public async Task Work_that_was_done_before_the_cancellation_was_seen_succeeds()
    {
        var finish = new TaskCompletionSource<JobOutcome>();
        Handler.Work = (_, _, _) => finish.Task;
        var running = RunAsync();
        await CancelAsync((await Handler.Begun.Task).Id);

        finish.SetResult(JobOutcome.Succeeded());

        Assert.Equal(JobState.Succeeded, (await running).State);
    }

    [Fact]
    public async Task A_job_that_lost_its_lease_stops_and_leaves_the_row_to_its_taker()
    {
        Handler.WorksUntilCancelled();
        var running = RunAsync();
        var id = (await Handler.Begun.Task).Id;
        await State.ExecuteAsync("update jobs set lease_owner = 'another' where id = @id", new { id });

        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), Tick);

        Assert.Equal((JobState.Running, "another"), ((await running).State, (await running).LeaseOwner));
        Assert.DoesNotContain("backup.interrupted", await AuditedAsync());
    }

    [Fact]
    public async Task A_job_whose_lease_cannot_be_renewed_in_time_stops()
    {
        Handler.WorksUntilCancelled();
        var running = RunAsync();
        await Handler.Begun.Task;
        await State.ExecuteAsync("alter table jobs rename to jobs_away");

        await Eventually.IsTrueAsync(() => Task.FromResult(Logs.Lines.Any(line => line.Contains("told to stop: Lost", StringComparison.Ordinal))), Tick);
        await State.ExecuteAsync("alter table jobs_away rename to jobs");
        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), Tick);

        Assert.Equal((JobState.Interrupted, "lease_lost"), ((await running).State, (await running).Error!.Code));
    }

    [Fact]
    public async Task A_long_job_keeps_its_lease()
    {
        Handler.WorksUntilCancelled();
        using var stopping = new CancellationTokenSource();
        var running = RunAsync(stopping: stopping.Token);
        var job = await Handler.Begun.Task;

        await Eventually.IsTrueAsync(async () => (await State.Jobs.GetAsync(job.Id, None)).LeaseUntil > job.LeaseUntil!.Value.AddMinutes(1), Tick);

        Assert.Empty(await State.Interrupted.SweepAsync(None));
        await stopping.CancelAsync();
        Assert.Equal((JobState.Interrupted, "Interrupted: the program was stopped."), ((await running).State, (await running).Error!.Message));
    }

    [Fact]
    public async Task Progress_is_saved_at_most_once_a_second_and_watched_at_once()
    {
        var finish = new TaskCompletionSource<JobOutcome>();
        var watcher = new ListProgress();
        Handler.Work = (_, progress, _) =>
        {
            for (var percent = 1; percent <= 50; percent++)
                progress.Report(new("files") { Percent = percent });
            return finish.Task;
        };
        var running = RunAsync(watcher);
        var id = (await Handler.Begun.Task).Id;
        Assert.Equal(50, watcher.Seen.Count);
        Assert.Null((await State.Jobs.GetAsync(id, None)).Progress);

        await Eventually.IsTrueAsync(async () => (await State.Jobs.GetAsync(id, None)).Progress?.Percent == 50, Tick);
        await Eventually.IsTrueAsync(() => Task.FromResult(Reporter.Told.Count == 2));
        finish.SetResult(JobOutcome.Succeeded());

        Assert.Equal(50, (await running).Progress!.Percent);
        Assert.Equal([null, 50, 50], Reporter.Told.Select(told => told.Progress?.Percent));
    }

    [Fact]
    public async Task The_last_progress_is_saved_with_the_end()
    {
        Handler.Work = (_, progress, _) =>
        {
            progress.Report(new("files") { Percent = 100 });
            return Task.FromResult(JobOutcome.Succeeded());
        };

        Assert.Equal(100, (await RunAsync()).Progress!.Percent);
    }

    [Fact]
    public async Task An_end_that_cannot_be_written_is_still_told_to_the_caller()
    {
        var job = await EnqueueClaimedAsync();
        await State.ExecuteAsync("alter table jobs rename to jobs_away");
        var running = State.Runner.RunAsync(job, watcher: null, None);

        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), Tick);

        Assert.Equal(JobState.Succeeded, (await running).State);
        Assert.Contains(Logs.Lines, line => line.Contains("could not be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kind_that_nobody_handles_fails_as_a_bug()
    {
        var job = await EnqueueAsync(new("unheard-of", Alice) { Claim = State.Queue.NewClaim() });

        Assert.Equal("internal", (await State.Runner.RunAsync(job, watcher: null, None)).Error!.Code);
    }

    private protected async Task<Job> RunAsync(IProgress<JobProgress>? watcher = null, CancellationToken stopping = default) =>
        await State.Runner.RunAsync(await EnqueueClaimedAsync(), watcher, stopping);

    private sealed class ListProgress : IProgress<JobProgress>
    {
        public List<JobProgress> Seen { get; } = [];

        public void Report(JobProgress value) => Seen.Add(value);
    }
}

public sealed class SqliteJobRunnerTests() : JobRunnerTests(StateDatabases.Sqlite());

public sealed class PostgresJobRunnerTests() : JobRunnerTests(StateDatabases.PostgreSql());

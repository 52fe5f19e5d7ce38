using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;

public abstract class JobWorkerTests : JobTestBase
{
    private protected JobWorkerTests(StateDatabases databases) : base(databases)
    {
    }

    private IHostedService Worker => State.Get<IHostedService>();

    public override Task InitializeAsync() => Worker.StartAsync(None);

    public override async Task DisposeAsync()
    {
        await Worker.StopAsync(None);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_signalled_job_runs_without_waiting_for_the_clock()
    {
        var job = await EnqueueAsync(Backup());

        await OverAsync(job, JobState.Succeeded);

        Assert.Equal(["backup.requested", "backup.started", "backup.succeeded"], await AuditedAsync());
    }

    [Fact]
    public async Task A_job_that_another_process_left_is_found_by_polling()
    {
        await using var other = State.Build(configure: null);
        var job = await other.GetRequiredService<StateDatabase>().InTransactionAsync(
            (transaction, token) => other.GetRequiredService<JobQueue>().EnqueueAsync(transaction, Backup(), token), None);

        await OverAsync(job, JobState.Succeeded, Tick);
    }

    [Fact]
    public async Task When_the_service_stops_the_job_says_that_it_was_interrupted()
    {
        Handler.WorksUntilCancelled();
        var job = await EnqueueAsync(Backup());
        await Handler.Begun.Task;

        await Worker.StopAsync(None);

        var stopped = await State.Jobs.GetAsync(job.Id, None);
        Assert.Equal((JobState.Interrupted, "Interrupted: the program was stopped."), (stopped.State, stopped.Error!.Message));
        Assert.Equal("backup.interrupted", (await AuditedAsync())[^1]);
    }

    [Fact]
    public async Task No_more_jobs_run_at_once_than_are_allowed()
    {
        var running = 0;
        var most = 0;
        var release = new TaskCompletionSource();
        Handler.Work = async (_, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await release.Task;
            Interlocked.Decrement(ref running);
            return JobOutcome.Succeeded();
        };
        for (var number = 0; number < 6; number++)
            await EnqueueAsync(Backup() with { ExclusiveKey = null });

        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref running) == 2), Tick);
        release.SetResult();
        await Eventually.IsTrueAsync(
            async () => (await State.Jobs.ListAsync(limit: 10, before: null, None)).All(job => job.State == JobState.Succeeded), Tick);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Jobs_that_wait_for_a_lock_take_no_place_from_others()
    {
        var release = new TaskCompletionSource();
        Handler.Work = async (job, progress, _) =>
        {
            if (job.RequestJson.Contains("waits", StringComparison.Ordinal))
            {
                progress.Report(new JobProgress(JobLocks.Waiting));
                await release.Task;
            }

            return JobOutcome.Succeeded();
        };
        var waiting = new List<Job>();
        for (var number = 0; number < 2; number++)
            waiting.Add(await EnqueueAsync(Backup() with { ExclusiveKey = null, RequestJson = """{"label":"waits"}""" }));

        await OverAsync(await EnqueueAsync(Backup() with { ExclusiveKey = null }), JobState.Succeeded, Tick);

        foreach (var job in waiting)
            Assert.Equal(JobState.Running, (await State.Jobs.GetAsync(job.Id, None)).State);

        release.SetResult();
        foreach (var job in waiting)
            await OverAsync(job, JobState.Succeeded, Tick);
    }

    [Fact]
    public async Task The_loop_outlives_a_database_that_is_away()
    {
        await State.ExecuteAsync("alter table jobs rename to jobs_away");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(Logs.Lines.Any(line => line.Contains("could not look for jobs", StringComparison.Ordinal))), Tick);
        await State.ExecuteAsync("alter table jobs_away rename to jobs");

        await OverAsync(await EnqueueAsync(Backup()), JobState.Succeeded, Tick);
    }

    private protected override void Configure(IServiceCollection services)
    {
        base.Configure(services);
        services.AddSingleton(new JobOptions { Concurrency = 2 });
        services.AddJobWorker();
    }

    private Task OverAsync(Job job, JobState state, Action? meanwhile = null) =>
        Eventually.IsTrueAsync(async () => (await State.Jobs.GetAsync(job.Id, None)).State == state, meanwhile);
}

public sealed class SqliteJobWorkerTests() : JobWorkerTests(StateDatabases.Sqlite());

public sealed class PostgresJobWorkerTests() : JobWorkerTests(StateDatabases.PostgreSql());

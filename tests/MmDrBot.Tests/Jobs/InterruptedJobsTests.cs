using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;

public abstract class InterruptedJobsTests : JobTestBase
{
    private protected InterruptedJobsTests(StateDatabases databases) : base(databases)
    {
    }

    [Fact]
    public async Task A_killed_process_leaves_an_interrupted_job_and_frees_the_way()
    {
        using var child = Process.Start("sleep", "1000");
        var job = await EnqueueAsync(Backup(ClaimOf(ProcessIdentity.OfPid(child.Id))));
        Assert.Empty(await State.Interrupted.SweepAsync(None));

        child.Kill();
        await child.WaitForExitAsync();
        var interrupted = Assert.Single(await State.Interrupted.SweepAsync(None));

        Assert.Equal((job.Id, JobState.Interrupted, "interrupted"), (interrupted.Id, interrupted.State, interrupted.Error!.Code));
        Assert.Equal("backup.interrupted", (await AuditedAsync())[^1]);
        Assert.Equal(JobState.Interrupted, Reporter.Told.Last().State);
        Assert.Empty(await State.Interrupted.SweepAsync(None));
        await EnqueueAsync(Backup());
    }

    [Fact]
    public async Task A_reused_pid_does_not_keep_a_dead_job_alive()
    {
        var me = ProcessIdentity.Current;
        await EnqueueAsync(Backup(ClaimOf(me with { StartedAt = me.StartedAt[..^1] + (me.StartedAt[^1] == '0' ? '1' : '0') })));

        Assert.Single(await State.Interrupted.SweepAsync(None));
    }

    [Fact]
    public async Task A_job_of_another_host_is_left_alone_until_its_lease_runs_out()
    {
        await EnqueueAsync(Backup(ClaimOf(ProcessIdentity.Current with { Host = "elsewhere", Pid = int.MaxValue })));

        State.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await State.Interrupted.SweepAsync(None));
        State.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("lease_lost", Assert.Single(await State.Interrupted.SweepAsync(None)).Error!.Code);
    }

    [Fact]
    public async Task Two_sweeps_at_once_interrupt_a_job_once()
    {
        await using var other = State.Build(configure: null);
        await EnqueueAsync(Backup(ClaimOf(ProcessIdentity.Current with { Pid = int.MaxValue })));

        var found = await Task.WhenAll(
            Task.Run(() => State.Interrupted.SweepAsync(None)),
            Task.Run(() => other.GetRequiredService<InterruptedJobs>().SweepAsync(None)));

        Assert.Single(found.SelectMany(jobs => jobs));
        Assert.Equal(["backup.requested", "backup.started", "backup.interrupted"], await AuditedAsync());
    }

    [Fact]
    public async Task A_waiting_job_is_not_interrupted()
    {
        await EnqueueAsync(Backup());
        State.Clock.Advance(TimeSpan.FromDays(30));

        Assert.Empty(await State.Interrupted.SweepAsync(None));
    }

    private JobClaim ClaimOf(ProcessIdentity process) => new("owner", process, State.Clock.GetUtcNow().AddMinutes(1));
}

public sealed class SqliteInterruptedJobsTests() : InterruptedJobsTests(StateDatabases.Sqlite());

public sealed class PostgresInterruptedJobsTests() : InterruptedJobsTests(StateDatabases.PostgreSql());

using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;

public sealed class JobReportersTests() : JobTestBase(StateDatabases.Sqlite())
{
    [Fact]
    public async Task Reporters_that_fail_or_hang_fail_no_job_and_cost_no_lease()
    {
        var finish = new TaskCompletionSource<JobOutcome>();
        Handler.Work = (_, _, _) => finish.Task;
        var claimed = await EnqueueClaimedAsync();
        var running = State.Runner.RunAsync(claimed, watcher: null, None);

        await Eventually.IsTrueAsync(async () => (await State.Jobs.GetAsync(claimed.Id, None)).LeaseUntil > claimed.LeaseUntil!.Value.AddSeconds(5), Tick);
        finish.SetResult(JobOutcome.Succeeded());
        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), Tick);

        Assert.Equal(JobState.Succeeded, (await running).State);
        Assert.Equal([JobState.Running, JobState.Succeeded], Reporter.Told.Select(told => told.State));
        Assert.Contains(Logs.Lines, line => line.Contains("could not be reported by FailingReporter", StringComparison.Ordinal));
        Assert.Contains(Logs.Lines, line => line.Contains("could not be reported by HangingReporter", StringComparison.Ordinal));
    }

    private protected override void Configure(IServiceCollection services)
    {
        services.AddSingleton<IJobReporter, FailingReporter>();
        services.AddSingleton<IJobReporter, HangingReporter>();
        base.Configure(services);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Approvals;

/// <summary>How an approval is used up, held and given back.</summary>
public abstract partial class ApprovalRuleTests
{
    [Fact]
    public async Task What_was_refused_after_all_may_be_asked_for_again_with_the_same_approval()
    {
        var id = await AskAsync(Alice);
        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);

        await Assert.ThrowsAsync<Refusal>(() => RunAsync(() => throw new Refusal(RefusalReason.Locked, "A prune runs.")));
        Assert.Equal("ran", await RunAsync(() => Task.FromResult("ran")));

        Assert.NotEqual(id, await AskAsync(Alice));
        Assert.Contains("approval.given_back", await ActionsAsync());
    }

    [Fact]
    public async Task An_approval_is_used_up_with_the_row_of_its_job_or_not_at_all()
    {
        var id = await AskAsync(Alice);
        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);
        var request = new { request = "one" };
        async Task<Job> LaunchAsync(string? exclusiveKey) => await _state.Get<JobLauncher>().LaunchAsync(
            "test", request, exclusiveKey, Alice, await _state.Get<ApprovalGuard>().ClearAsync(GuardedOperation.Prune, "Prune the repository.", request, Permission.ManageRepository, Alice, new JobLaunch(), CancellationToken.None), CancellationToken.None);
        await _state.Get<JobLauncher>().LaunchAsync("test", request, "alone", Actor.System, new JobLaunch(), CancellationToken.None);

        await Assert.ThrowsAsync<Refusal>(() => LaunchAsync("alone"));
        Assert.Equal("approved", await StateOfAsync(id));
        await LaunchAsync(null);

        Assert.Equal("used", await StateOfAsync(id));
        await Assert.ThrowsAsync<Refusal>(() => LaunchAsync(null));
        Assert.Equal(2, (await _state.Jobs.ListAsync(10, null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Of_two_launches_cleared_by_one_approval_one_begins()
    {
        var id = await AskAsync(Alice);
        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);
        var request = new { request = "one" };
        var launches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _state.Get<ApprovalGuard>().ClearAsync(GuardedOperation.Prune, "Prune the repository.", request, Permission.ManageRepository, Alice, new JobLaunch(), CancellationToken.None)));

        var begun = await Task.WhenAll(launches.Select(launch => Succeeds(() => _state.Get<JobLauncher>().LaunchAsync("test", request, null, Alice, launch, CancellationToken.None))));

        Assert.Single(begun, success => success);
    }

    [Fact]
    public async Task What_a_dead_process_held_is_good_again_and_what_a_living_one_holds_is_not()
    {
        var id = await AskAsync(Alice);
        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);
        var uses = _state.Get<ApprovalUses>();
        await uses.HoldAsync(id, Alice, CancellationToken.None);
        Assert.NotEqual(id, await AskAsync(Alice));
        await _state.ExecuteAsync("delete from approvals where state = 'waiting'");
        await _state.ExecuteAsync("update approvals set holder = @holder", new { holder = JsonSerializer.Serialize(ProcessIdentity.Current with { StartedAt = ProcessIdentity.Current.StartedAt + "1" }) });

        await RequireAsync(Alice);

        Assert.Equal(["approval.given_back", "approval.used"], (await ActionsAsync()).TakeLast(2));
        Assert.NotEqual(id, await AskAsync(Alice));
    }

    [Fact]
    public async Task The_host_may_break_the_glass_and_it_is_on_record()
    {
        await RequireAsync(BobOnTheHost with { BreakGlass = "nobody else is awake" });

        var entry = Assert.Single(await AuditAsync()).Entry;
        Assert.Equal(("approval.glass_broken", "cli:bob"), (entry.Action, entry.Actor));
        Assert.Contains("nobody else is awake", entry.DetailJson, StringComparison.Ordinal);
    }
}

using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Features.Copies;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Scheduling;

namespace MmDrBot.Tests.Features;

/// <summary>Replications that nobody asks for: the service's own rounds, and schedules. Jobs wait, for there is no worker here.</summary>
public sealed class CopyCareTests : IAsyncLifetime
{
    private readonly ScheduleFixture _state = new(
        StateDatabases.Sqlite(),
        ("Repositories:offsite:Url", "file:///srv/offsite"), ("Repositories:offsite:Every", "02:00:00"),
        ("Repositories:never:Url", "file:///srv/never"), ("Repositories:never:Every", "00:00:00"));

    private readonly CopyCare _care;

    public CopyCareTests() => _care = _state.Create<CopyCare>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _care.Dispose();
        await _state.DisposeAsync();
    }

    [Fact]
    public async Task A_copy_that_lacks_something_is_replicated_to_again_and_again_and_one_that_lacks_nothing_once_a_day()
    {
        Assert.Equal(["offsite"], await RoundAsync());
        Assert.Empty(await RoundAsync());

        // It failed: after the time that is set, and no sooner.
        await EndAsync("out of reach");
        Assert.Empty(await RoundAsync(minutes: 119));
        Assert.Equal(["offsite"], await RoundAsync(minutes: 1));

        await EndAsync(null);
        Assert.Empty(await RoundAsync(minutes: 180));
        await TakenAsync("a");
        Assert.Equal(["offsite"], await RoundAsync());

        await EndAsync(null, "a");
        Assert.Empty(await RoundAsync(minutes: (24 * 60) - 1));
        Assert.Equal(["offsite"], await RoundAsync(minutes: 1));
    }

    [Fact]
    public async Task What_waits_or_runs_already_is_left_alone_and_a_round_that_fails_is_tried_again()
    {
        await RoundAsync();
        Assert.Empty(await RoundAsync(minutes: 121));
        Assert.Single(await _state.JobsAsync());
        await _state.EndJobsAsync();

        await _state.ExecuteAsync("alter table jobs rename to jobs_away");
        _state.Clock.Advance(TimeSpan.FromHours(3));
        await _care.RoundAsync(CancellationToken.None);
        Assert.Contains(_state.Logs.Lines, line => line.Contains("Whether the copies lack something could not be looked at", StringComparison.Ordinal));
        await _state.ExecuteAsync("alter table jobs_away rename to jobs");
        Assert.Equal(["offsite"], await RoundAsync());
    }

    [Fact]
    public async Task A_schedule_replicates_to_the_copy_that_it_names()
    {
        await _state.AddAsync("daily 02:30", "replicate never");
        await _state.GoToAsync(new DateTimeOffset(2026, 6, 2, 2, 30, 0, TimeSpan.Zero));

        var job = Assert.Single(await _state.JobsAsync());
        Assert.Equal(("replicate", "never", Door.Schedule, "schedule:nightly (by mattermost:alice)"), (job.Kind, CopyOf(job), job.Door, job.ActorName));
        Assert.Contains("no repository nowhere", (await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 02:30", "replicate nowhere", name: "other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_leaves_one_for_each_copy_that_it_is_for_and_that_wants_it_at_once()
    {
        await using var state = new ScheduleFixture(StateDatabases.Sqlite(), ("Repositories:near:Url", "file:///srv/near"), ("Repositories:far:Url", "file:///srv/far"), ("Repositories:later:Url", "file:///srv/later"), ("Repositories:later:AfterBackup", "false"));
        var queue = state.Get<ReplicationQueue>();

        Assert.Equal(["near"], await queue.AfterBackupAsync(["near", "later"], CancellationToken.None));
        Assert.Equal(["far", "near"], (await queue.AfterBackupAsync(null, CancellationToken.None)).Order());
        Assert.Empty(await queue.AfterBackupAsync([], CancellationToken.None));

        // The one for near waited already.
        Assert.Equal(["far", "near"], (await state.JobsAsync()).Select(CopyOf).Order());
    }

    /// <summary>The copies that a round some minutes later leaves replications for.</summary>
    private async Task<IEnumerable<string>> RoundAsync(int minutes = 1)
    {
        _state.Clock.Advance(TimeSpan.FromMinutes(minutes));
        var before = (await _state.JobsAsync()).Select(job => job.Id).ToHashSet();
        await _care.RoundAsync(CancellationToken.None);
        return (await _state.JobsAsync()).Where(job => !before.Contains(job.Id)).Select(CopyOf);
    }

    /// <summary>The replication that waited ends now.</summary>
    private async Task EndAsync(string? error, params string[] held)
    {
        await _state.EndJobsAsync();
        var (copies, now) = (_state.Get<CopyRecords>(), _state.Clock.GetUtcNow());
        await WriteAsync(transaction => error is null
            ? copies.FinishAsync(transaction, "offsite", [.. held.Select(id => new CopiedPoint(id, now))], [], null, now, CancellationToken.None)
            : copies.FailAsync(transaction, "offsite", error, now, CancellationToken.None));
    }

    private Task TakenAsync(string id) => WriteAsync(transaction => _state.Get<CommittedRestorePoints>().RecordAsync(
        transaction, new() { RepositoryId = "repo", ManifestId = id, CreatedAt = _state.Clock.GetUtcNow(), ComponentsJson = "[]", Bytes = 1 }, CancellationToken.None));

    private Task WriteAsync(Func<StateTransaction, Task> write) => _state.Get<StateDatabase>().InTransactionAsync((transaction, _) => write(transaction), CancellationToken.None);

    private static string CopyOf(Job job) => JsonSerializer.Deserialize<ReplicateRequest>(job.RequestJson, JobLauncher.Json)!.Copy;
}

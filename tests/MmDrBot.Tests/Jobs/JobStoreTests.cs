using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;

public abstract class JobStoreTests : JobTestBase
{
    private protected JobStoreTests(StateDatabases databases) : base(databases)
    {
    }

    [Fact]
    public async Task A_new_job_waits_with_all_it_was_given()
    {
        var job = await EnqueueAsync(Backup());

        Assert.Equal(
            ("backup", JobState.Pending, """{"label":"x"}""", "mattermost:alice", Door.Chat, """{"channel":"c"}"""),
            (job.Kind, job.State, job.RequestJson, job.ActorName, job.Door, job.ReplyToJson));
        Assert.Equal(State.Clock.GetUtcNow(), job.CreatedAt);
        Assert.Null(job.Process);
        Assert.Equal(job, await State.Jobs.GetAsync(job.Id, None));
    }

    [Fact]
    public async Task A_second_backup_is_refused_while_one_runs()
    {
        var first = await EnqueueClaimedAsync();

        var refusal = await Assert.ThrowsAsync<Refusal>(() => EnqueueAsync(Backup()));

        Assert.Equal(RefusalReason.Locked, refusal.Reason);
        Assert.Equal($"A backup is running already (job {first.Id}).", refusal.Message);
        Assert.Equal(["backup.requested", "backup.started"], await AuditedAsync());
    }

    [Fact]
    public async Task Of_eight_backups_asked_for_at_once_one_is_taken()
    {
        await using var other = State.Build(configure: null);
        var asks = Enumerable.Range(0, 8).Select(index => Task.Run(() => AskAsync(index % 2 == 0 ? null : other)));

        var refusals = await Task.WhenAll(asks);

        Assert.Equal(7, refusals.Count(refusal => refusal?.Reason == RefusalReason.Locked));
        Assert.Single(await State.Jobs.ListAsync(limit: 100, before: null, None));
    }

    [Fact]
    public async Task A_success_by_a_clock_that_was_ahead_makes_up_for_no_failure_once_its_time_has_come()
    {
        var early = State.Clock.GetUtcNow();
        await FinishAsync(await EnqueueClaimedAsync(), new(JobState.Succeeded));
        await State.Database.InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update jobs set finished_at = @at", new { at = early.AddDays(3).ToUnixTimeMilliseconds() }, token), None);
        var failed = await EnqueueClaimedAsync();
        await FinishAsync(failed, new(JobState.Failed));

        Assert.Equal([failed.Id], (await State.Jobs.ListLastEndsAsync(DateTimeOffset.UnixEpoch, early.AddDays(4), None)).Select(job => job.Id));
        Tick();
        var later = await EnqueueClaimedAsync();
        await FinishAsync(later, new(JobState.Succeeded));
        Assert.Equal([later.Id, failed.Id], (await State.Jobs.ListLastEndsAsync(DateTimeOffset.UnixEpoch, early.AddDays(4), None)).Select(job => job.Id));
    }

    [Fact]
    public async Task Once_the_first_is_over_a_second_may_come()
    {
        var first = await EnqueueClaimedAsync();
        await FinishAsync(first, new(JobState.Succeeded));

        var second = await EnqueueAsync(Backup());

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Jobs_without_a_key_run_side_by_side()
    {
        await EnqueueAsync(new("verify", Alice));
        await EnqueueAsync(new("verify", Alice));

        Assert.Equal(2, (await State.Jobs.ListAsync(limit: 100, before: null, None)).Count);
    }

    [Fact]
    public async Task The_oldest_job_of_a_known_kind_is_claimed()
    {
        await EnqueueAsync(new("unknown", Alice));
        Tick();
        var older = await EnqueueAsync(new("verify", Alice));
        Tick();
        await EnqueueAsync(Backup());

        var claimed = await State.Queue.TryTakeAsync(["backup", "verify"], None);

        Assert.Equal((older.Id, JobState.Running, ProcessIdentity.Current), (claimed!.Id, claimed.State, claimed.Process));
        Assert.Equal(State.Clock.GetUtcNow(), claimed.StartedAt);
        Assert.Equal(State.Clock.GetUtcNow().AddMinutes(1), claimed.LeaseUntil);
        Assert.Null(await State.Queue.TryTakeAsync(["restore"], None));
    }

    [Fact]
    public async Task Each_job_is_claimed_once_however_many_reach_for_it()
    {
        await using var other = State.Build(configure: null);
        for (var number = 0; number < 10; number++)
            await EnqueueAsync(new("verify", Alice));

        var claims = Enumerable.Range(0, 20)
            .Select(index => index % 2 == 0 ? State.Queue : other.GetRequiredService<JobQueue>())
            .Select(queue => Task.Run(() => queue.TryTakeAsync(["verify"], None)));
        var taken = (await Task.WhenAll(claims)).OfType<Job>().ToList();
        while (await State.Queue.TryTakeAsync(["verify"], None) is { } left)
            taken.Add(left);

        Assert.Equal(10, taken.Count);
        Assert.Equal(10, taken.Select(job => job.Id).Distinct().Count());
    }

    [Fact]
    public async Task Only_its_owner_renews_saves_and_finishes_a_job()
    {
        var job = await EnqueueClaimedAsync();
        var until = State.Clock.GetUtcNow().AddHours(1);

        Assert.Equal(JobLease.Lost, await State.Jobs.RenewAsync(job.Id, "another", until, None));
        Assert.Null(await State.Jobs.SaveProgressAsync(job.Id, "another", new("files"), None));
        Assert.Null(await FinishAsync(job with { LeaseOwner = "another" }, new(JobState.Succeeded)));

        Assert.Equal(JobLease.Held, await State.Jobs.RenewAsync(job.Id, job.LeaseOwner!, until, None));
        Assert.Equal(until, (await State.Jobs.GetAsync(job.Id, None)).LeaseUntil);
    }

    [Fact]
    public async Task Progress_and_the_end_are_kept()
    {
        var job = await EnqueueClaimedAsync();
        var progress = new JobProgress("files") { Percent = 41.5, BytesDone = 5_000_000_000, BytesTotal = 12_000_000_000, BytesPerSecond = 1e8, EtaSeconds = 70, Message = "ünï" };
        var error = new JobError("unavailable", "The bucket is away.", "Look at it.", "ref-1");

        Assert.Equal(progress, (await State.Jobs.SaveProgressAsync(job.Id, job.LeaseOwner!, progress, None))!.Progress);
        Tick();
        var ended = await FinishAsync(job, new(JobState.Failed, """{"a":1}""", error));

        Assert.Equal((JobState.Failed, error, """{"a":1}""", progress), (ended!.State, ended.Error, ended.ResultJson, ended.Progress));
        Assert.Equal(State.Clock.GetUtcNow(), ended.FinishedAt);
        Assert.True(ended.IsOver);
        Assert.Null(await FinishAsync(job, new(JobState.Succeeded)));
        Assert.Equal(JobLease.Lost, await State.Jobs.RenewAsync(job.Id, job.LeaseOwner!, State.Clock.GetUtcNow(), None));
    }

    [Fact]
    public async Task A_job_is_found_by_as_much_of_its_id_as_is_unique()
    {
        var older = await EnqueueAsync(new("verify", Alice));
        State.Clock.Advance(TimeSpan.FromDays(1));
        var newer = await EnqueueAsync(new("verify", Alice));

        Assert.Equal(newer.Id, (await State.Jobs.GetAsync(newer.Id[..10], None)).Id);
        Assert.Equal(older.Id, (await State.Jobs.GetAsync($" {older.Id.ToUpperInvariant()} ", None)).Id);
        await RefusedAsync(RefusalReason.Invalid, older.Id[..2]);
        await RefusedAsync(RefusalReason.Invalid, "");
        await RefusedAsync(RefusalReason.NotFound, "%");
        await RefusedAsync(RefusalReason.NotFound, older.Id + "0");
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            Tick();
            ids.Insert(0, (await EnqueueAsync(new("verify", Alice))).Id);
        }

        var first = await State.Jobs.ListAsync(limit: 3, before: null, None);
        var second = await State.Jobs.ListAsync(limit: 3, before: first[^1].Id, None);

        Assert.Equal(ids, first.Concat(second).Select(job => job.Id));
    }

    [Fact]
    public async Task The_last_failure_is_found_however_many_other_jobs_of_the_kind_ended_since()
    {
        var failed = await EnqueueClaimedAsync();
        await FinishAsync(failed, new(JobState.Failed));
        Job last = failed;
        for (var i = 0; i < 60; i++)
        {
            Tick();
            last = await EnqueueAsync(Backup(State.Queue.NewClaim()) with { RequestJson = """{"components":["config"]}""" });
            await FinishAsync(last, new(JobState.Succeeded));
        }

        await CancelAsync((await EnqueueAsync(Backup())).Id);

        Assert.Equal([last.Id], (await State.Jobs.ListLastEndsAsync((await State.Jobs.GetAsync(last.Id, None)).FinishedAt!.Value, DateTimeOffset.MaxValue, None)).Select(job => job.Id));
        Assert.Equal([last.Id, failed.Id], (await State.Jobs.ListLastEndsAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, None)).Select(job => job.Id));
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once()
    {
        var job = await EnqueueAsync(Backup());

        var cancelled = await CancelAsync(job.Id[..12]);

        Assert.Equal((JobState.Cancelled, "Cancelled by system before it began."), (cancelled.State, cancelled.Error!.Message));
        Assert.Null(await State.Queue.TryTakeAsync(["backup"], None));
        Assert.Equal(["backup.requested", "backup.cancelled"], await AuditedAsync());
        Assert.Equal(RefusalReason.Conflict, (await Assert.ThrowsAsync<Refusal>(() => CancelAsync(job.Id))).Reason);
    }

    [Fact]
    public async Task A_running_job_is_asked_to_stop()
    {
        var job = await EnqueueClaimedAsync();

        var asked = await CancelAsync(job.Id);

        Assert.True(asked.CancelRequested);
        Assert.Equal(JobState.Running, asked.State);
        Assert.Equal(JobLease.CancelRequested, await State.Jobs.RenewAsync(job.Id, job.LeaseOwner!, State.Clock.GetUtcNow(), None));
        Assert.Equal("backup.cancel_requested", (await AuditedAsync())[^1]);
    }

    private Task<Job?> FinishAsync(Job job, JobEnd end) => State.Database.InTransactionAsync(
        (transaction, token) => State.Jobs.FinishAsync(transaction, job.Id, job.LeaseOwner, end, token), None);

    private async Task RefusedAsync(RefusalReason reason, string id) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<Refusal>(() => State.Jobs.GetAsync(id, None))).Reason);

    private async Task<Refusal?> AskAsync(ServiceProvider? other)
    {
        var database = other?.GetRequiredService<StateDatabase>() ?? State.Database;
        var queue = other?.GetRequiredService<JobQueue>() ?? State.Queue;

        return await Record.ExceptionAsync(() => database.InTransactionAsync(
            (transaction, token) => queue.EnqueueAsync(transaction, Backup(), token), None)) as Refusal;
    }
}

public sealed class SqliteJobStoreTests() : JobStoreTests(StateDatabases.Sqlite());

public sealed class PostgresJobStoreTests() : JobStoreTests(StateDatabases.PostgreSql());

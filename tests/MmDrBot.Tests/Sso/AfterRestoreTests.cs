using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Sso;

/// <summary>What is looked at and said without being asked: after a restore, when books and database part, and the anchors of the audit.</summary>
public sealed class AfterRestoreTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Theory]
    [InlineData("restore", "succeeded", true)]
    [InlineData("restore", "partly_failed", true)]
    [InlineData("restore", "running", false)]
    [InlineData("restore", "failed", false)]
    [InlineData("backup", "succeeded", false)]
    public async Task After_a_restore_whoever_it_took_back_to_a_password_is_named(string kind, string state, bool isSaid)
    {
        var channel = Begin();
        var person = await RewoundAsync();

        await sso.Get<IEnumerable<IJobReporter>>().OfType<ReconcileAfterRestore>().Single().JobChangedAsync(JobOf(kind, state), CancellationToken.None);

        Assert.Equal(isSaid, Said(channel).Any(text => text.Contains("After the restore", StringComparison.Ordinal) && text.Contains($"@{person.Username}", StringComparison.Ordinal)));
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task What_was_found_before_Mattermost_started_is_said_as_soon_as_it_answers_and_once()
    {
        var channel = Begin();
        var person = await RewoundAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var after = ActivatorUtilities.CreateInstance<ReconcileAfterRestore>(sso.App.Services, time);
        var found = await after.LookAsync(CancellationToken.None);
        Assert.Contains(found, text => text.Contains(person.Username, StringComparison.Ordinal));

        var before = sso.Mattermost.InjectedFailures;
        sso.Mattermost.FailAtRandom("*", 1, 1, StandInFailure.Abort);
        var telling = after.TellAsync(found, CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(sso.Mattermost.InjectedFailures > before));
        Assert.Empty(Said(channel));
        sso.Mattermost.StopFailing();
        await Eventually.IsTrueAsync(() => Task.FromResult(telling.IsCompleted), () => time.Advance(TimeSpan.FromSeconds(5)));
        await after.JobChangedAsync(JobOf("restore", "succeeded"), CancellationToken.None);

        Assert.Single(Said(channel), text => text.Contains(person.Username, StringComparison.Ordinal));
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
    }

    [Fact]
    public async Task What_Mattermost_did_not_take_while_the_job_went_on_is_said_at_its_end()
    {
        var channel = Begin();
        var person = await RewoundAsync();
        var after = sso.Get<ReconcileAfterRestore>();
        using var built = new CancellationTokenSource();
        sso.Mattermost.FailAtRandom("*", 1, 1, StandInFailure.Abort);
        var telling = after.TellAsync(await after.LookAsync(CancellationToken.None), built.Token);
        await built.CancelAsync();
        await telling;
        sso.Mattermost.StopFailing();

        await after.JobChangedAsync(JobOf("restore", "succeeded"), CancellationToken.None);

        Assert.Single(Said(channel), text => text.Contains(person.Username, StringComparison.Ordinal));
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
    }

    [Fact]
    public async Task A_drift_of_which_Mattermost_heard_nothing_is_said_at_the_next_look()
    {
        var channel = Begin();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, time);
        var person = await RewoundAsync();
        sso.Mattermost.FailAtRandom("POST /api/v4/posts", 1, 1, StandInFailure.Answer(500));

        await RoundsAsync(care, time, 1);
        Assert.Empty(Said(channel));
        sso.Mattermost.StopFailing();
        await RoundsAsync(care, time, 2);

        Assert.Single(Said(channel), text => text.Contains(person.Username, StringComparison.Ordinal));
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
    }

    [Fact]
    public async Task A_drift_is_said_once_and_again_only_after_it_was_mended()
    {
        var channel = Begin();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, time);
        var person = await RewoundAsync();

        await RoundsAsync(care, time, 3);
        Assert.Single(Said(channel), text => text.Contains(person.Username, StringComparison.Ordinal));

        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        await RoundsAsync(care, time, 1);
        await RewindAsync(person);
        await RoundsAsync(care, time, 2);

        Assert.Equal(2, Said(channel).Count(text => text.Contains(person.Username, StringComparison.Ordinal)));
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
    }

    [Fact]
    public async Task Whoever_has_a_password_of_their_own_by_now_is_accepted_by_name_and_repair_takes_names()
    {
        Begin();
        var (own, rewound) = (await RewoundAsync(), await RewoundAsync());
        var reconcile = sso.Get<ReconcileAccounts>();

        Assert.Equal([rewound.Username], (await reconcile.RepairAsync([$"@{rewound.Username}"], sso.Helpdesk, CancellationToken.None)).Select(one => one.Username));
        Assert.Contains("sso sign-off", Assert.Single(await reconcile.HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == own.Id).Message, StringComparison.Ordinal);
        Assert.Equal("signed_off", (await sso.Get<SignOffAccount>().HandleAsync(own.Username, "left the provider", sso.Root, CancellationToken.None)).State);

        Assert.DoesNotContain(await reconcile.HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == own.Id);
        await reconcile.RepairAsync([], sso.Helpdesk, CancellationToken.None);
        Assert.Equal("", (await sso.Mattermost.FindAccountAsync(own.Id))!.AuthService);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.signed_off" && record.Entry.Target == own.Username);
        Assert.Equal(RefusalReason.NotFound, (await Assert.ThrowsAsync<Refusal>(() => sso.Get<SignOffAccount>().HandleAsync(rewound.Username, "why not", sso.Root, CancellationToken.None))).Reason);
    }

    [Fact]
    public async Task An_outage_stays_open_while_a_restored_database_has_somebody_on_a_password()
    {
        Begin();
        var person = await RewoundAsync();

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.CloseAsync("GitLab", null));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains($"@{person.Username} signs in with a password", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sso reconcile --repair", refusal.Hint, StringComparison.Ordinal);
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_repair_says_of_each_name_what_it_could_not_mend()
    {
        Begin();
        var straggler = await sso.PersonAsync();
        await sso.ConvertAsync(straggler.Username);

        var told = await sso.Get<ReconcileAccounts>().RepairAsync([straggler.Username, "nobody.at.all"], sso.Helpdesk, CancellationToken.None);

        Assert.All(told, one => Assert.Equal("not_mended", one.Outcome));
        Assert.Contains("sso revert", told[0].Message, StringComparison.Ordinal);
        Assert.Contains("nobody.at.all", told[1].Message, StringComparison.Ordinal);
        await sso.RevertAsync(straggler.Username);
    }

    [Fact]
    public void A_repair_that_mends_nothing_does_not_say_that_nobody_is_converted()
    {
        var (taken, straggler) = (new Drift("bob", "1", "binding_taken", "@eve holds the binding of @bob now."), new Drift("alice", "2", "straggler", "@alice is converted."));

        var reply = SsoTables.Mended([], [taken, straggler]);

        Assert.Equal(ExitCodes.Partly, reply.ExitCode);
        Assert.Contains("1 account is converted, as the books say", reply.Text, StringComparison.Ordinal);
        Assert.Contains(taken.Message, reply.Footer, StringComparison.Ordinal);
        Assert.DoesNotContain(straggler.Message, reply.Footer, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, SsoTables.Mended([], [straggler]).ExitCode);
    }

    [Fact]
    public async Task The_audits_head_is_anchored_within_the_hour_whenever_it_grew()
    {
        Begin();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, time);
        await RoundsAsync(care, time, 1);
        var anchors = await CountAnchorsAsync();

        await RoundsAsync(care, time, 2);
        Assert.Equal(anchors, await CountAnchorsAsync());
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => sso.Get<AuditLog>().AppendAsync(transaction, AuditEntry.By(sso.Root, DateTimeOffset.UtcNow, "something.done", "x", AuditOutcome.Succeeded), token), CancellationToken.None);
        await RoundsAsync(care, time, 2);

        Assert.Equal(anchors + 1, await CountAnchorsAsync());
    }

    private StandInChannel Begin()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        return channel;
    }

    /// <summary>Somebody who was converted and came back, in a database from the time between.</summary>
    private async Task<StandInAccount> RewoundAsync()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.RevertAsync(person.Username);
        await RewindAsync(person);
        return person;
    }

    private Task RewindAsync(StandInAccount person) => sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-the-time-between' where id = '{person.Id}'");

    /// <summary>Half hours, in each of which a round is made.</summary>
    private static async Task RoundsAsync(OutageCare care, FakeTimeProvider time, int count)
    {
        for (var round = 0; round < count; round++)
        {
            time.Advance(TimeSpan.FromMinutes(30));
            await care.RoundAsync(CancellationToken.None);
        }
    }

    private async Task<int> CountAnchorsAsync() => (await sso.Get<AuditAnchors>().CheckAsync(CancellationToken.None)).Fitting;

    private IEnumerable<string> Said(StandInChannel channel) => sso.Mattermost.Posts.Where(post => post.ChannelId == channel.Id).Select(post => post.Message);

    private static Job JobOf(string kind, string state) => new()
    {
        Id = TimedId.New(DateTimeOffset.UtcNow),
        Kind = kind,
        State = EnumText.Parse<JobState>(state),
        RequestJson = "{}",
        ActorName = "cli:root",
        Door = Door.Cli,
        CreatedAt = DateTimeOffset.UtcNow,
    };
}

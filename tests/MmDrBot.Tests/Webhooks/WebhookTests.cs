using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MmDrBot.Access;
using MmDrBot.Features.Webhooks;
using MmDrBot.Jobs;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Jobs;
using MmDrBot.Webhooks;

namespace MmDrBot.Tests.Webhooks;

/// <summary>From the change to the receiver, on both kinds of state, with a clock that stands still.</summary>
public abstract class WebhookTests : JobTestBase
{
    private const string Damaged = """{"restorePoint":"latest","level":"data"}""";
    private WebhookReceiver _receiver = null!;

    private protected WebhookTests(StateDatabases databases)
        : base(databases)
    {
    }

    public override async Task InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public override async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override void Configure(IServiceCollection services)
    {
        base.Configure(services);
        services.AddSingleton(AppSettings.Unset with
        {
            Service = new ServiceOptions { Secret = "0123456789abcdef0123456789abcdef" },
            Webhooks = new WebhookOptions { AllowedNetworks = ["127.0.0.0/8"] },
        });
        services.AddSingleton<ServiceSecret>().AddWebhooks().AddWebhookCourier();
    }

    [Fact]
    public async Task A_job_that_ends_is_told_with_a_signature_that_the_receiver_can_check()
    {
        var added = await AddAsync("job.finished", "restore_point.taken");
        await using var courier = await CourierAsync();

        var job = await EndAsync("backup", JobState.Succeeded, """{"restorePoint":"3f9a","state":"complete","components":["config"],"bytes":7,"newBytes":3}""");

        await ReceivedAsync(2);
        Assert.All(_receiver.Received, one => Assert.True(one.IsSignedWith(added.Secret)));
        Assert.All(_receiver.Received, one => Assert.Equal(("POST", "/hooks/mmdr?token=of-the-receiver", "application/json", State.Clock.GetUtcNow()), (one.Method, one.Target, one.ContentType, one.SentAt)));
        var finished = Assert.Single(_receiver.Received, one => one.Type == "job.finished").Json["data"]!;
        Assert.Equal((job.Id, "backup", "succeeded"), ((string?)finished["job"], (string?)finished["kind"], (string?)finished["state"]));
        var taken = Assert.Single(_receiver.Received, one => one.Type == "restore_point.taken").Json["data"]!;
        Assert.Equal(("3f9a", "complete", 7L), ((string?)taken["restorePoint"], (string?)taken["state"], (long?)taken["bytes"]));
        Assert.DoesNotContain("alice", string.Concat(_receiver.Received.Select(one => one.Body)), StringComparison.OrdinalIgnoreCase);
        await Eventually.IsTrueAsync(async () => (await DeliveriesAsync()).All(one => one is { State: "delivered", Attempts: 1, LastStatus: 200 }));
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told_and_a_change_that_is_undone_is_not_told()
    {
        await AddAsync("restore_point.damaged");
        await EndAsync("verify", JobState.Succeeded, """{"restorePoint":"3f9a"}""");
        await Assert.ThrowsAsync<InvalidOperationException>(() => State.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await State.Get<WebhookOutbox>().AddAsync(transaction, new WebhookEvent("restore_point.damaged", new { }), token);
                throw new InvalidOperationException("undone");
            },
            None));
        Assert.Empty(await DeliveriesAsync());

        await EndAsync("verify", JobState.Failed, null, new JobError("damaged", "It is damaged."));

        Assert.Equal(["restore_point.damaged"], (await DeliveriesAsync()).Select(one => one.Event));
    }

    [Fact]
    public async Task A_failure_is_tried_again_with_longer_and_longer_pauses_and_the_same_id_until_it_is_given_up()
    {
        await AddAsync("job.finished");
        _receiver.AnswerStatus(503, "away \u0007 for now");
        await using var courier = await CourierAsync();
        await EndAsync("backup", JobState.Failed, null, new JobError("internal", "x"));
        await ReceivedAsync(1);

        for (var attempt = 1; attempt <= WebhookAttempts.Pauses.Count; attempt++)
        {
            await LoggedAsync(attempt);
            var next = Assert.Single(await DeliveriesAsync()).NextAt!.Value;
            Assert.InRange(next - State.Clock.GetUtcNow(), WebhookAttempts.Pauses[attempt - 1], WebhookAttempts.Pauses[attempt - 1] * (1 + WebhookAttempts.Jitter));
            Assert.False(await State.Get<DeliveryStore>().AnyDueAsync(next - TimeSpan.FromMilliseconds(1), None));
            Assert.Equal(attempt, _receiver.Received.Count);
            State.Clock.Advance(next - State.Clock.GetUtcNow());
            await ReceivedAsync(attempt + 1);
        }

        await LoggedAsync(WebhookAttempts.Pauses.Count + 1);
        var delivery = Assert.Single(await DeliveriesAsync());
        Assert.Equal(("failed", 503, "away  for now", null), (delivery.State, delivery.LastStatus, delivery.LastAnswer, delivery.NextAt));
        Assert.Single(_receiver.Received.Select(one => (one.Id, one.Body)).Distinct());
        Assert.Equal(_receiver.Received.Count, _receiver.Received.Select(one => one.Signature).Distinct().Count());
    }

    [Fact]
    public async Task Receivers_that_hang_hold_up_nobody_but_themselves()
    {
        const int Hanging = 20;
        var never = new TaskCompletionSource();
        _receiver.Answer = context => never.Task.WaitAsync(context.RequestAborted);
        for (var number = 0; number < Hanging; number++)
        {
            await State.Get<AddWebhook>().HandleAsync(new AddWebhookRequest($"{_receiver.Url}&number={number}", ["job.finished"], $"hanging {number}"), Actor.System, None);
        }

        await using var good = await WebhookReceiver.StartAsync();
        await State.Get<AddWebhook>().HandleAsync(new AddWebhookRequest(good.Url.ToString(), ["job.finished"], "good"), Actor.System, None);
        await using var courier = await CourierAsync();
        await EndAsync("backup", JobState.Succeeded, "{}");
        await EndAsync("backup", JobState.Succeeded, "{}");

        await Eventually.IsTrueAsync(() => Task.FromResult(good.Received.Count == 2), State.Get<WebhookOutbox>().Signal);
        await Eventually.IsTrueAsync(() => Task.FromResult(_receiver.Received.Count == Hanging), State.Get<WebhookOutbox>().Signal);
        Assert.Equal(Hanging, _receiver.Received.Select(one => one.Target).Distinct().Count());
    }

    [Fact]
    public async Task Two_couriers_deliver_each_event_once()
    {
        await AddAsync("job.finished");
        await using var others = State.Build(Configure);
        await using var first = await CourierAsync();
        await using var second = await CourierAsync(others);

        for (var number = 0; number < 12; number++)
        {
            await EndAsync("backup", JobState.Succeeded, "{}");
        }

        await Eventually.IsTrueAsync(
            async () => (await DeliveriesAsync()).Count(one => one.State == "delivered") == 12,
            () =>
            {
                State.Get<WebhookOutbox>().Signal();
                others.GetRequiredService<WebhookOutbox>().Signal();
            });
        Assert.Equal(12, _receiver.Received.Select(one => one.Id).Distinct().Count());
        Assert.Equal(12, _receiver.Received.Count);
    }

    [Fact]
    public async Task What_a_dead_process_had_taken_is_delivered_once_its_lease_is_over()
    {
        await AddAsync("job.finished");
        await EndAsync("backup", JobState.Succeeded, "{}");
        var now = State.Clock.GetUtcNow();
        var taken = await State.Get<DeliveryStore>().TryClaimAsync("a process that died", now, now + State.Get<WebhookAttempts>().Lease, None);
        await using var courier = await CourierAsync();

        Assert.Null(await State.Get<DeliveryStore>().TryClaimAsync("another", now + State.Get<WebhookAttempts>().Lease, now, None));
        Assert.Empty(_receiver.Received);
        State.Clock.Advance(State.Get<WebhookAttempts>().Lease + TimeSpan.FromMilliseconds(1));

        await ReceivedAsync(1);
        Assert.Equal(taken!.Id, Assert.Single(_receiver.Received).Id);
    }

    [Fact]
    public async Task A_webhook_that_only_fails_is_turned_off_with_a_word_in_the_log_and_on_again_by_a_test()
    {
        var added = await AddAsync("job.finished");
        _receiver.AnswerStatus(500);
        Assert.Equal("pending", (await TestAsync()).State);
        State.Clock.Advance(TimeSpan.FromDays(3));
        await TestAsync();

        var off = Assert.Single(await ListAsync());
        Assert.Equal("off", off.State);
        Assert.Contains(Logs.Lines, line => line.Contains("is turned off", StringComparison.Ordinal));
        Assert.Contains("webhook.disabled", await AuditedAsync());
        await EndAsync("backup", JobState.Succeeded, "{}");
        Assert.DoesNotContain(await DeliveriesAsync(), one => one.Event == "job.finished");

        _receiver.AnswerStatus(204);
        Assert.Equal(("delivered", 204), ((await TestAsync()).State, 204));
        Assert.Equal("on", Assert.Single(await ListAsync()).State);
        Assert.All(_receiver.Received, one => Assert.True(one.IsSignedWith(added.Secret)));
    }

    [Fact]
    public async Task A_receiver_that_says_it_is_gone_is_not_called_again()
    {
        await AddAsync("*");
        _receiver.AnswerStatus(410);

        Assert.Equal("failed", (await TestAsync()).State);

        Assert.Equal(("off", "its receiver answered 410, gone"), (Assert.Single(await ListAsync()).State, Assert.Single(await ListAsync()).DisabledReason));
    }

    [Fact]
    public async Task An_event_can_be_sent_again_and_keeps_its_id()
    {
        await AddAsync("job.finished");
        await using var courier = await CourierAsync();
        await EndAsync("backup", JobState.Succeeded, "{}");
        await Eventually.IsTrueAsync(async () => (await DeliveriesAsync()) is [{ State: "delivered" }]);

        await State.Get<RedeliverEvent>().HandleAsync((await DeliveriesAsync())[0].Id[..20], Actor.System, None);

        await ReceivedAsync(2);
        Assert.Single(_receiver.Received.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task Neither_the_secret_nor_the_receivers_own_is_shown_again_or_stored_in_the_clear()
    {
        var added = await AddAsync("*");
        await TestAsync();

        var stored = await State.Database.ReadAsync((transaction, token) => transaction.QueryAsync<string>("select secret || ' ' || url || ' ' || query from webhooks", null, token), None);
        Assert.DoesNotContain(added.Secret[6..], stored[0], StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-receiver", stored[0], StringComparison.Ordinal);
        Assert.EndsWith("token=of-the-receiver", Assert.Single(_receiver.Received).Target, StringComparison.Ordinal);
        Assert.EndsWith("?***", Assert.Single(await ListAsync()).Url, StringComparison.Ordinal);
        var shown = System.Text.Json.JsonSerializer.Serialize(new { list = await ListAsync(), deliveries = await DeliveriesAsync(), added.Webhook }) + string.Concat(Logs.Lines);
        Assert.DoesNotContain(added.Secret[6..], shown, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-receiver", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.org/x")]
    [InlineData("/relative")]
    [InlineData("https://user:word@example.org/")]
    [InlineData("https://example.org/#part")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://0251.0376.0251.0376/")]
    public async Task An_address_that_may_not_be_called_is_refused_at_once(string url)
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => State.Get<AddWebhook>().HandleAsync(new AddWebhookRequest(url, null, null), Actor.System, None));

        Assert.Equal(RefusalReason.Invalid, refusal.Reason);
    }

    [Fact]
    public async Task Whoever_may_not_manage_webhooks_may_do_nothing_with_them()
    {
        await AddAsync("*");
        foreach (var act in new Func<Task>[]
        {
            () => State.Get<AddWebhook>().HandleAsync(new AddWebhookRequest("https://example.org", null, null), Alice, None),
            () => State.Get<ListWebhooks>().HandleAsync(Alice, None),
            () => State.Get<ListWebhooks>().DeliveriesAsync(null, 10, null, Alice, None),
            () => State.Get<RemoveWebhook>().HandleAsync("127.0.0.1", Alice, None),
            () => State.Get<TestWebhook>().HandleAsync("127.0.0.1", Alice, None),
            () => State.Get<RedeliverEvent>().HandleAsync("x", Alice, None),
        })
        {
            Assert.Equal(RefusalReason.Forbidden, (await Assert.ThrowsAsync<Refusal>(act)).Reason);
        }

        await State.Get<RemoveWebhook>().HandleAsync("127.0.0.1", Actor.System, None);
        Assert.Empty(await ListAsync());
    }

    private Task<AddedWebhook> AddAsync(params string[] events) => State.Get<AddWebhook>().HandleAsync(new AddWebhookRequest(_receiver.Url.ToString(), events, null), Actor.System, None);

    private Task<IReadOnlyList<WebhookView>> ListAsync() => State.Get<ListWebhooks>().HandleAsync(Actor.System, None);

    private Task<DeliveryView> TestAsync() => State.Get<TestWebhook>().HandleAsync("127.0.0.1", Actor.System, None);

    private Task<IReadOnlyList<DeliveryView>> DeliveriesAsync() => State.Get<ListWebhooks>().DeliveriesAsync(null, 100, null, Actor.System, None);

    private Task ReceivedAsync(int number) => Eventually.IsTrueAsync(() => Task.FromResult(_receiver.Received.Count >= number), State.Get<WebhookOutbox>().Signal);

    private Task LoggedAsync(int attempts) => Eventually.IsTrueAsync(async () => (await DeliveriesAsync()).Any(one => one.Attempts == attempts));

    private Task<RunningCourier> CourierAsync(ServiceProvider? services = null) =>
        RunningCourier.StartAsync((services?.GetServices<IHostedService>() ?? State.Get<IEnumerable<IHostedService>>()).OfType<WebhookCourier>().Single());

    private async Task<Job> EndAsync(string kind, JobState state, string? result, JobError? error = null)
    {
        var job = await EnqueueAsync(new NewJob(kind, Alice) { RequestJson = Damaged, Claim = State.Queue.NewClaim() });
        return (await State.Database.InTransactionAsync((transaction, token) => State.Transitions.EndAsync(transaction, job, new JobEnd(state, result, error), token), None))!;
    }
}

public sealed class SqliteWebhookTests() : WebhookTests(StateDatabases.Sqlite());

public sealed class PostgresWebhookTests() : WebhookTests(StateDatabases.PostgreSql());

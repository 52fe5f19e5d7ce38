using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.ApiKeys;
using MmDrBot.Approvals;
using MmDrBot.Audit;
using MmDrBot.Features.Approvals;
using MmDrBot.Interactions;
using MmDrBot.Protection;
using MmDrBot.Registration;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;
using OtpNet;

namespace MmDrBot.Tests.Approvals;

/// <summary>The two-person rule by itself, on both kinds of state.</summary>
public abstract partial class ApprovalRuleTests : IAsyncLifetime
{
    private static readonly Actor Alice = Person("mattermost:alice", Door.Chat);
    private static readonly Actor Bob = Person("mattermost:bob", Door.Chat);
    private static readonly Actor BobOnTheHost = Person("cli:bob", Door.Cli);
    private readonly StateFixture _state;

    private protected ApprovalRuleTests(StateDatabases databases) => _state = new(databases, services => services
        .AddSingleton(AppSettings.Load(Configuration(databases.ConnectionString)))
        .AddSingleton<ServiceSecret>()
        .AddMattermost()
        .AddInteractions()
        .AddSingleton<RepositoryProvider>()
        .AddSingleton<BotCredentialStore>()
        .AddAnnouncing()
        .AddApprovals());

    [Fact]
    public async Task What_another_person_approved_runs_once_and_only_for_who_asked()
    {
        var id = await AskAsync(Alice);

        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);

        Assert.NotEqual(id, await AskAsync(Bob));
        Assert.NotEqual(id, await AskAsync(Alice, "other"));
        await RequireAsync(Alice);
        Assert.NotEqual(id, await AskAsync(Alice));
        Assert.Equal(["approval.requested", "approval.approved", "approval.requested", "approval.requested", "approval.used", "approval.requested"], await ActionsAsync());
    }

    [Fact]
    public async Task The_same_request_asked_again_is_not_put_on_record_twice()
    {
        var id = await AskAsync(Alice);

        Assert.Equal(id, await AskAsync(Alice));
        Assert.Single(await ActionsAsync());
    }

    [Theory]
    [InlineData("mattermost:alice")]
    [InlineData("cli:alice")]
    [InlineData("cli:ALICE")]
    public async Task Nobody_approves_their_own_request_whatever_the_door(string name)
    {
        var id = await AskAsync(Alice);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(id, null, Person(name, Door.Cli), CancellationToken.None));

        Assert.Contains("another person", refusal.Message, StringComparison.Ordinal);
        await AskAsync(Alice);
    }

    [Fact]
    public async Task A_key_is_one_with_who_made_it_and_with_the_other_keys_of_that_person()
    {
        var maker = Person("cli:alice", Door.Cli);
        var (key, other) = (await KeyAsync(maker), await KeyAsync(maker));
        var ofAlice = await AskAsync(Alice);
        var ofTheKey = await AskAsync(key);

        await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(ofAlice, null, key, CancellationToken.None));
        await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(ofTheKey, null, key, CancellationToken.None));
        await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(ofTheKey, null, other, CancellationToken.None));
        await DecideAsync().ApproveAsync(ofTheKey, null, await KeyAsync(Person("mattermost:carol", Door.Chat)), CancellationToken.None);

        await RequireAsync(key);
    }

    [Fact]
    public async Task A_key_that_a_key_made_or_that_took_its_place_is_no_second_party()
    {
        var first = await KeyAsync(Person("cli:root", Door.Cli));
        var child = await KeyAsync(first);
        var rotated = await RotateAsync(first, Person("cli:root", Door.Cli));
        var parties = new[] { first, child, rotated };

        foreach (var (asks, approves) in parties.SelectMany(asks => parties.Select(approves => (asks, approves))))
        {
            var id = await AskAsync(asks, $"{asks.Name} {approves.Name}");
            await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(id, null, approves, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Who_may_not_do_it_may_not_approve_it()
    {
        var id = await AskAsync(Alice);

        foreach (var lacking in new[] { Permission.ApproveOperations, Permission.ManageRepository })
        {
            var actor = BobOnTheHost with { Permissions = Enum.GetValues<Permission>().Where(permission => permission != lacking).ToHashSet() };
            await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(id, null, actor, CancellationToken.None));
            await Assert.ThrowsAsync<Refusal>(() => DecideAsync().DenyAsync(id, null, actor, CancellationToken.None));
        }

        Assert.Equal("waiting", (await _state.Get<ListApprovals>().GetAsync(id, Bob, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_request_waits_an_hour_and_an_approval_is_good_for_an_hour()
    {
        var late = await AskAsync(Alice);
        _state.Clock.Advance(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(late, null, BobOnTheHost, CancellationToken.None));
        var id = await AskAsync(Alice);
        Assert.NotEqual(late, id);
        _state.Clock.Advance(TimeSpan.FromMinutes(50));
        await DecideAsync().ApproveAsync(id, null, BobOnTheHost, CancellationToken.None);
        _state.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.NotEqual(id, await AskAsync(Alice));
        Assert.Equal("expired", (await _state.Get<ListApprovals>().GetAsync(id, Bob, CancellationToken.None)).State);
    }

    [Fact]
    public async Task What_was_denied_or_taken_back_does_not_run()
    {
        var denied = await AskAsync(Alice);
        await DecideAsync().DenyAsync(denied, "not tonight", BobOnTheHost, CancellationToken.None);
        var takenBack = await AskAsync(Alice);
        await DecideAsync().DenyAsync(takenBack, null, Alice with { Permissions = new HashSet<Permission>() }, CancellationToken.None);

        await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(denied, null, BobOnTheHost, CancellationToken.None));
        await AskAsync(Alice);
        Assert.Equal("not tonight", (await _state.Get<ListApprovals>().GetAsync(denied, Bob, CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_one_wins_and_of_two_who_use_it_at_once_one_runs()
    {
        var id = await AskAsync(Alice);
        var carol = Person("cli:carol", Door.Cli);

        var decisions = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Succeeds(() => DecideAsync().ApproveAsync(id, null, number % 2 == 0 ? BobOnTheHost : carol, CancellationToken.None))));
        var uses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Succeeds(() => RequireAsync(Alice))));

        Assert.Single(decisions, success => success);
        Assert.Single(uses, success => success);
    }

    [Fact]
    public async Task In_chat_an_approval_needs_a_code_that_is_good_once()
    {
        var totp = await EnrolAsync("bob");
        var (first, second) = (await AskAsync(Alice), await AskAsync(Alice, "other"));
        var code = totp.ComputeTotp(_state.Clock.GetUtcNow().UtcDateTime);

        await RefusedAsync(first, null, "second factor");
        await RefusedAsync(first, code == "000000" ? "000001" : "000000", "wrong");
        await DecideAsync().ApproveAsync(first, code, Bob, CancellationToken.None);
        await RefusedAsync(second, code, "wrong, or was used");
        _state.Clock.Advance(TimeSpan.FromSeconds(60));
        await DecideAsync().ApproveAsync(second, totp.ComputeTotp(_state.Clock.GetUtcNow().UtcDateTime), Bob, CancellationToken.None);

        await RequireAsync(Alice);
        await RequireAsync(Alice, "other");
    }

    [Fact]
    public async Task Five_wrong_codes_lock_the_factor_for_a_quarter_of_an_hour()
    {
        var totp = await EnrolAsync("bob");
        var id = await AskAsync(Alice);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await RefusedAsync(id, "12345x", "wrong");
        }

        await RefusedAsync(id, totp.ComputeTotp(_state.Clock.GetUtcNow().UtcDateTime), "Too many wrong codes");
        Assert.True((await _state.Get<ManageSecondFactors>().ListAsync(BobOnTheHost, CancellationToken.None)).Single().IsLocked);
        _state.Clock.Advance(TimeSpan.FromMinutes(15));
        await DecideAsync().ApproveAsync(id, totp.ComputeTotp(_state.Clock.GetUtcNow().UtcDateTime), Bob, CancellationToken.None);
    }

    [Fact]
    public async Task A_secret_of_a_factor_is_stored_sealed_and_a_removed_factor_is_good_for_nothing()
    {
        var factors = _state.Get<ManageSecondFactors>();
        var uri = await factors.EnrolAsync("@Bob", BobOnTheHost, CancellationToken.None);
        var secret = Secret().Match(uri).Groups[1].Value;

        Assert.Equal(0, await _state.ExecuteAsync("update second_factors set username = username where secret like @part", new { part = $"%{secret[..8]}%" }));
        await factors.RemoveAsync("bob", BobOnTheHost, CancellationToken.None);
        await RefusedAsync(await AskAsync(Alice), "123456", "has no second factor");
        Assert.DoesNotContain((await AuditAsync()).Select(record => record.ToString()), text => text!.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_changes_their_name_does_not_become_another_person()
    {
        var asks = Alice with { MattermostUserId = "one-and-the-same-account-id" };
        var id = await AskAsync(asks);
        await EnrolAsync("alice2");

        var refusal = await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(id, "123456", Person("mattermost:alice2", Door.Chat) with { MattermostUserId = asks.MattermostUserId }, CancellationToken.None));

        Assert.Contains("another person", refusal.Message, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private async Task<string> StateOfAsync(string id) => (await _state.Get<ListApprovals>().GetAsync(id, Bob, CancellationToken.None)).State;

    private DecideApproval DecideAsync() => _state.Get<DecideApproval>();

    private Task<string> RunAsync(Func<Task<string>> work) =>
        _state.Get<ApprovalGuard>().RunAsync(GuardedOperation.Prune, "Prune the repository.", new { request = "one" }, Permission.ManageRepository, Alice, work, CancellationToken.None);

    private Task RequireAsync(Actor actor, string request = "one") =>
        _state.Get<ApprovalGuard>().RunAsync(GuardedOperation.Prune, "Prune the repository.", new { request }, Permission.ManageRepository, actor, () => Task.FromResult("ran"), CancellationToken.None);

    /// <summary>The request's id, from the refusal.</summary>
    private async Task<string> AskAsync(Actor actor, string request = "one")
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => RequireAsync(actor, request));
        Assert.Equal(RefusalReason.NeedsApproval, refusal.Reason);
        return RequestId().Match(refusal.Message).Value;
    }

    private async Task RefusedAsync(string id, string? code, string words)
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => DecideAsync().ApproveAsync(id, code, Bob, CancellationToken.None));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<Totp> EnrolAsync(string user) =>
        new(Base32Encoding.ToBytes(Secret().Match(await _state.Get<ManageSecondFactors>().EnrolAsync(user, BobOnTheHost, CancellationToken.None)).Groups[1].Value));

    private async Task<IEnumerable<string>> ActionsAsync() => (await AuditAsync()).Reverse().Select(record => record.Entry.Action);

    private Task<IReadOnlyList<AuditRecord>> AuditAsync() => _state.Audit.ListAsync(null, 100, CancellationToken.None);

    private static async Task<bool> Succeeds(Func<Task> action)
    {
        try
        {
            await Task.Yield();
            await action();
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }

    private async Task<Actor> KeyAsync(Actor maker) => (await _state.Database.InTransactionAsync(
        (transaction, token) => _state.ApiKeys.CreateAsync(transaction, new NewApiKey("test", Enum.GetValues<Permission>().ToHashSet()), maker, token), CancellationToken.None)).Key.ToActor();

    private async Task<Actor> RotateAsync(Actor key, Actor by) => (await _state.Database.InTransactionAsync(
        (transaction, token) => _state.ApiKeys.RotateAsync(transaction, new RotatedApiKey(key.Name["api-key:".Length..], TimeSpan.FromHours(1), null), by, token), CancellationToken.None)).Key.ToActor();

    private static Actor Person(string name, Door door) => new(name, door, Enum.GetValues<Permission>().ToHashSet());

    private static Microsoft.Extensions.Configuration.ConfigurationManager Configuration(string state)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        configuration["ConnectionStrings:State"] = state;
        configuration["Service:Secret"] = "a secret for tests that is long enough";
        return configuration;
    }

    [GeneratedRegex("ap-[0-9a-z]{10}")]
    private static partial Regex RequestId();

    [GeneratedRegex("secret=([A-Z2-7]+)")]
    private static partial Regex Secret();
}

public sealed class SqliteApprovalRuleTests() : ApprovalRuleTests(StateDatabases.Sqlite());

public sealed class PostgresApprovalRuleTests() : ApprovalRuleTests(StateDatabases.PostgreSql());

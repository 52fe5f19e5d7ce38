using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Features.Retention;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Features;

public abstract class PolicyStoreTests : IAsyncLifetime
{
    private static readonly RetentionPolicy Nightly = new() { Default = new RetentionRule { Daily = 7 }, Labels = new Dictionary<string, RetentionRule> { ["manual"] = new() { Within = TimeSpan.FromDays(9) } } };
    private readonly StateFixture _state;

    private protected PolicyStoreTests(StateDatabases databases) => _state = new(databases, services => services
        .AddSingleton(AppSettings.Unset with { Retention = new RetentionPolicy { Default = new RetentionRule { Last = 3 } }, Repositories = new Dictionary<string, CopyOptions> { ["offsite"] = new() { Retention = new RetentionPolicy { Default = new RetentionRule { Yearly = 9 } } } } })
        .AddSingleton<RepositoryProvider>().AddSingleton<KnownRepositories>().AddSingleton<PolicyStore>().AddSingleton<Consents>().AddSingleton<ChangeRetention>());

    [Fact]
    public async Task What_was_set_last_counts_and_without_it_the_settings()
    {
        var settings = await Changes.ShowAsync(null, Actor.System, CancellationToken.None);
        Assert.Equal(("settings", 3), (settings.Source, settings.Policy.Default.Last));

        var first = await Changes.HandleAsync(null, _ => Nightly, settings.Version, Actor.System, CancellationToken.None);
        Assert.Equal(("state", Nightly.Fingerprint, "system"), (first.Source, first.Policy.Fingerprint, first.SetBy));
        var stale = await Assert.ThrowsAsync<Refusal>(() => Changes.HandleAsync(null, _ => null, settings.Version, Actor.System, CancellationToken.None));
        Assert.Equal(RefusalReason.Stale, stale.Reason);

        var last = await Changes.HandleAsync(null, _ => null, first.Version, Actor.System, CancellationToken.None);
        Assert.Equal(("settings", settings.Policy.Fingerprint), (last.Source, last.Policy.Fingerprint));
        Assert.NotEqual(settings.Version, last.Version);
        Assert.Equal(["retention.set", "retention.removed"], (await _state.Audit.ListAsync(null, 9, CancellationToken.None)).Select(record => record.Entry.Action).Reverse());
    }

    [Fact]
    public async Task A_drastic_plan_is_asked_for_again_until_it_was_confirmed_or_applied_and_anew_for_another_policy()
    {
        var (drastic, mild) = (Plan(Nightly, 2, 3), Plan(Nightly, 1, 3));
        Assert.True(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
        Assert.False(await Consents.IsMissingAsync("main", mild, CancellationToken.None));

        await Consents.GiveAsync("main", drastic, Actor.System, CancellationToken.None);
        Assert.False(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
        await Consents.GiveAsync("main", drastic, Actor.System, CancellationToken.None);
        var other = Plan(Nightly with { TimeZone = "Europe/Berlin" }, 2, 3);
        Assert.True(await Consents.IsMissingAsync("main", other, CancellationToken.None));

        await Consents.AppliedAsync("main", Nightly, CancellationToken.None);
        Assert.False(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
        await Consents.GiveAsync("main", other, Actor.System, CancellationToken.None);
        await Consents.AppliedAsync("main", other.Policy, CancellationToken.None);
        Assert.True(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
    }

    [Fact]
    public async Task A_new_policy_takes_back_what_was_confirmed_for_the_one_before()
    {
        var drastic = Plan(Nightly, 2, 3);
        await Consents.GiveAsync("main", drastic, Actor.System, CancellationToken.None);
        await Changes.HandleAsync(null, _ => Nightly, null, Actor.System, CancellationToken.None);

        Assert.True(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
    }

    [Fact]
    public async Task A_copy_has_a_policy_and_consents_of_its_own()
    {
        var drastic = Plan(Nightly, 2, 3);
        await Changes.HandleAsync(null, _ => Nightly, null, Actor.System, CancellationToken.None);
        var offsite = await Changes.ShowAsync("offsite", Actor.System, CancellationToken.None);
        Assert.Equal(("offsite", "settings", 9), (offsite.Repository, offsite.Source, offsite.Policy.Default.Yearly));

        await Consents.GiveAsync("offsite", drastic, Actor.System, CancellationToken.None);
        Assert.True(await Consents.IsMissingAsync("main", drastic, CancellationToken.None));
        var set = await Changes.HandleAsync("offsite", _ => Nightly, offsite.Version, Actor.System, CancellationToken.None);
        Assert.True(await Consents.IsMissingAsync("offsite", drastic, CancellationToken.None));
        await Changes.HandleAsync(null, _ => null, null, Actor.System, CancellationToken.None);

        Assert.Equal(("state", set.Version), ((await Changes.ShowAsync("offsite", Actor.System, CancellationToken.None)).Source, (await Changes.ShowAsync("offsite", Actor.System, CancellationToken.None)).Version));
        Assert.NotEqual(drastic.Fingerprint, (drastic with { Place = "offsite" }).Fingerprint);
        var unknown = await Assert.ThrowsAsync<Refusal>(() => Changes.ShowAsync("nowhere", Actor.System, CancellationToken.None));
        Assert.Equal(RefusalReason.NotFound, unknown.Reason);
    }

    [Fact]
    public async Task Who_asks_nobody_never_gets_the_settings_for_what_somebody_set()
    {
        await using var away = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_state.Clock).AddState("postgres://nobody:nothing@127.0.0.1:1/nothing")
            .AddSingleton(_state.Get<AppSettings>()).AddSingleton<PolicyStore>().BuildServiceProvider();
        var policies = away.GetRequiredService<PolicyStore>();

        var current = await policies.CurrentAsync("main", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<Refusal>(() => policies.RequireAsync("main", CancellationToken.None));

        Assert.Equal(("settings", refused.Message), (current.Source, current.Unavailable));
        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private ChangeRetention Changes => _state.Get<ChangeRetention>();

    private Consents Consents => _state.Get<Consents>();

    private static RetentionPlan Plan(RetentionPolicy policy, int removed, int all) => new()
    {
        Policy = policy,
        Decisions = [.. Enumerable.Range(0, all).Select(number => new RetentionDecision(
            new() { Repository = "", CreatedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch, Host = "", Program = "", State = default }, default, number >= removed, []))],
    };
}

public sealed class SqlitePolicyStoreTests() : PolicyStoreTests(StateDatabases.Sqlite());

public sealed class PostgresPolicyStoreTests() : PolicyStoreTests(StateDatabases.PostgreSql());

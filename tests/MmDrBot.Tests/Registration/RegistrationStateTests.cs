using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Registration;

public abstract class RegistrationStateTests : IAsyncLifetime
{
    private readonly StateFixture _state;

    private protected RegistrationStateTests(StateDatabases databases) => _state = new(databases, Configure);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task One_process_at_a_time_has_its_turn_and_the_next_waits()
    {
        await using var other = _state.Build(Configure);
        var first = await AcquireAsync(_state.Get<RegistrationLease>());

        var second = AcquireAsync(other.GetRequiredService<RegistrationLease>());
        _state.Clock.Advance(TimeSpan.FromSeconds(1));
        await first.RenewAsync(CancellationToken.None);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();

        await Eventually.IsTrueAsync(() => Task.FromResult(second.IsCompletedSuccessfully), () => _state.Clock.Advance(TimeSpan.FromMilliseconds(500)));
    }

    [Fact]
    public async Task Who_dies_holding_the_turn_loses_it_and_may_not_go_on()
    {
        await using var other = _state.Build(Configure);
        var dead = await AcquireAsync(_state.Get<RegistrationLease>());

        _state.Clock.Advance(TimeSpan.FromMinutes(3));
        await AcquireAsync(other.GetRequiredService<RegistrationLease>());

        Assert.Equal(RefusalReason.Locked, (await Assert.ThrowsAsync<Refusal>(() => dead.RenewAsync(CancellationToken.None))).Reason);
        await dead.DisposeAsync();
        await using var third = _state.Build(Configure);
        var waiting = AcquireAsync(third.GetRequiredService<RegistrationLease>());
        Assert.False(waiting.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_told_so()
    {
        await using var other = _state.Build(Configure);
        var first = await AcquireAsync(_state.Get<RegistrationLease>());
        var second = AcquireAsync(other.GetRequiredService<RegistrationLease>());

        for (var minute = 0; minute < 4; minute++)
        {
            await first.RenewAsync(CancellationToken.None);
            _state.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await first.RenewAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(second.IsFaulted), () => _state.Clock.Advance(TimeSpan.FromMilliseconds(500)));
        Assert.Equal(RefusalReason.Locked, (await Assert.ThrowsAsync<Refusal>(() => second)).Reason);
    }

    [Fact]
    public async Task A_team_has_one_command_in_the_books()
    {
        await SaveAsync(Command("one"));
        await SaveAsync(Command("two"));

        Assert.Equal(Command("two"), await _state.Get<TeamCommandStore>().FindAsync("team", CancellationToken.None));
        Assert.Single(await _state.Get<TeamCommandStore>().ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_command_is_known_by_the_hash_of_its_token_and_another_is_not()
    {
        var known = _state.Get<KnownCommandTokens>();
        Assert.False(await known.KnowsAsync(Request("right"), CancellationToken.None));

        await SaveAsync(Command("right"));
        _state.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await known.KnowsAsync(Request("right"), CancellationToken.None));
        Assert.False(await known.KnowsAsync(Request("wrong"), CancellationToken.None));
        Assert.False(await known.KnowsAsync(Request(SlashCommandRequest.HashOf("right")), CancellationToken.None));
        Assert.True(await known.KnowsAsync(Request("of-the-settings"), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_that_was_replaced_is_forgotten_in_time()
    {
        var known = _state.Get<KnownCommandTokens>();
        await SaveAsync(Command("old"));
        Assert.True(await known.KnowsAsync(Request("old"), CancellationToken.None));

        await SaveAsync(Command("new"));
        _state.Clock.Advance(TimeSpan.FromSeconds(16));

        Assert.False(await known.KnowsAsync(Request("old"), CancellationToken.None));
        Assert.True(await known.KnowsAsync(Request("new"), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_is_sealed_and_opened_by_whoever_has_the_secret()
    {
        await using var other = _state.Build(Configure);
        var store = _state.Get<BotCredentialStore>();
        var credential = new BotCredential { UserId = "bot", Username = "drbot", TokenId = "id", SealedToken = store.Seal("bot", "the-token") };
        Assert.Equal(RefusalReason.Invalid, (await Assert.ThrowsAsync<Refusal>(async () => await store.TokenAsync(CancellationToken.None))).Reason);

        await _state.Database.InTransactionAsync((transaction, token) => store.SaveAsync(transaction, credential, Actor.System, token), CancellationToken.None);

        Assert.Equal("the-token", await other.GetRequiredService<BotCredentialStore>().TokenAsync(CancellationToken.None));
        Assert.Equal(0, await _state.ExecuteAsync("update mattermost_bot set username = username where sealed_token like '%the-token%'"));
    }

    private static Task<RegistrationLease.Holder> AcquireAsync(RegistrationLease lease) => lease.AcquireAsync(CancellationToken.None);

    private void Configure(IServiceCollection services)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:State"] = _state?.ConnectionString,
            ["Service:Secret"] = new string('s', 40),
            ["Mattermost:CommandTokens:0"] = "of-the-settings",
        });
        services.AddSingleton(AppSettings.Load(configuration)).AddSingleton<ServiceSecret>();
    }

    private Task SaveAsync(TeamCommand command) =>
        _state.Database.InTransactionAsync((transaction, token) => _state.Get<TeamCommandStore>().SaveAsync(transaction, command, Actor.System, token), CancellationToken.None);

    private static TeamCommand Command(string token) => new() { TeamId = "team", TeamName = "acme", CommandId = "command", Url = "http://x/mattermost/commands", TokenHash = SlashCommandRequest.HashOf(token) };

    private static SlashCommandRequest Request(string token) => new() { Token = token, Command = "/dr", UserId = "user", ChannelId = "channel" };
}

public sealed class SqliteRegistrationStateTests() : RegistrationStateTests(StateDatabases.Sqlite());

public sealed class PostgresRegistrationStateTests() : RegistrationStateTests(StateDatabases.PostgreSql());

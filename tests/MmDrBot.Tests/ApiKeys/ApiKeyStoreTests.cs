using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.ApiKeys;

public abstract class ApiKeyStoreTests : IAsyncLifetime
{
    private static readonly Actor Root = new("cli:root", Door.Cli, new HashSet<Permission> { Permission.ManageApiKeys });

    private readonly StateFixture _state;

    private protected ApiKeyStoreTests(StateDatabases databases) => _state = new(databases);

    [Fact]
    public async Task A_key_opens_the_door_with_its_permissions_only()
    {
        var issued = await CreateAsync();

        var actor = (await FindAsync(issued.Secret))!.ToActor();

        Assert.Equal($"api-key:{issued.Key.Prefix}", actor.Name);
        actor.Require(Permission.TakeBackup);
        Assert.Throws<Refusal>(() => actor.Require(Permission.Restore));
    }

    [Fact]
    public async Task The_secret_is_stored_and_printed_nowhere()
    {
        var issued = await CreateAsync();

        Assert.StartsWith($"mmdr_{issued.Key.Prefix}", issued.Secret, StringComparison.Ordinal);
        Assert.Equal(57, issued.Secret.Length);
        Assert.DoesNotContain(issued.Secret, issued.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await _state.ExecuteAsync(
            "update api_keys set name = name where hash like @part or name like @part", new { part = $"%{issued.Secret[13..]}%" }));
    }

    [Fact]
    public async Task A_wrong_or_malformed_secret_finds_nothing()
    {
        var issued = await CreateAsync();

        Assert.Null(await FindAsync(issued.Secret[..^1] + (issued.Secret[^1] == '0' ? '1' : '0')));
        Assert.Null(await FindAsync(issued.Secret["mmdr_".Length..]));
        Assert.Null(await FindAsync($"mmdr_{issued.Key.Prefix}"));
        Assert.Null(await FindAsync(""));
    }

    [Fact]
    public async Task An_expired_key_finds_nothing()
    {
        var issued = await CreateAsync(_state.Clock.GetUtcNow().AddHours(1));
        Assert.NotNull(await FindAsync(issued.Secret));

        _state.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(await FindAsync(issued.Secret));
    }

    [Fact]
    public async Task A_revoked_key_finds_nothing_and_stays_listed()
    {
        var issued = await CreateAsync();

        await RevokeAsync(issued.Key.Prefix);

        Assert.Null(await FindAsync(issued.Secret));
        Assert.Equal(_state.Clock.GetUtcNow(), Assert.Single(await _state.ApiKeys.ListAsync(CancellationToken.None)).RevokedAt);
        var refusal = await Assert.ThrowsAsync<Refusal>(() => RevokeAsync(issued.Key.Prefix));
        Assert.Equal(RefusalReason.NotFound, refusal.Reason);
    }

    [Fact]
    public async Task Creating_and_revoking_are_audited_and_the_refused_one_is_not()
    {
        var issued = await CreateAsync();
        await RevokeAsync(issued.Key.Prefix);
        await Assert.ThrowsAsync<Refusal>(() => RevokeAsync(issued.Key.Prefix));

        var records = await _state.Audit.ListAsync(before: null, limit: 10, CancellationToken.None);

        Assert.Equal(["api_key.revoked", "api_key.created"], records.Select(record => record.Entry.Action));
        Assert.All(records, record => Assert.Equal(("cli:root", $"api-key:{issued.Key.Prefix}"), (record.Entry.Actor, record.Entry.Target)));
    }

    [Fact]
    public async Task The_last_use_is_kept_to_the_minute()
    {
        var issued = await CreateAsync();
        var first = _state.Clock.GetUtcNow();
        await FindAsync(issued.Secret);

        _state.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(first, (await FindAsync(issued.Secret))!.LastUsedAt);

        _state.Clock.Advance(TimeSpan.FromSeconds(30));
        await FindAsync(issued.Secret);
        Assert.Equal(first.AddMinutes(1), Assert.Single(await _state.ApiKeys.ListAsync(CancellationToken.None)).LastUsedAt);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private Task<IssuedApiKey> CreateAsync(DateTimeOffset? expiresAt = null) => _state.Database.InTransactionAsync(
        (transaction, token) => _state.ApiKeys.CreateAsync(
            transaction, new("ci", new HashSet<Permission> { Permission.TakeBackup, Permission.ViewStatus }, expiresAt), Root, token),
        CancellationToken.None);

    private Task<ApiKey?> FindAsync(string secret) => _state.ApiKeys.FindAsync(secret, CancellationToken.None);

    private Task RevokeAsync(string prefix) => _state.Database.InTransactionAsync(
        (transaction, token) => _state.ApiKeys.RevokeAsync(transaction, prefix, null, Root, token), CancellationToken.None);
}

public sealed class SqliteApiKeyStoreTests() : ApiKeyStoreTests(StateDatabases.Sqlite());

public sealed class PostgresApiKeyStoreTests() : ApiKeyStoreTests(StateDatabases.PostgreSql());

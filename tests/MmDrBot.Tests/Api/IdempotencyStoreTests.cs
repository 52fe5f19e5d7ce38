using MmDrBot.Api;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Api;

public abstract class IdempotencyStoreTests : IAsyncLifetime
{
    private static readonly IdempotentRequest Request = new("api-key:a /jobs", "key", "fingerprint", "trace-1", "api-key:a");

    private readonly StateFixture _state;
    private readonly IdempotencyStore _store;

    private protected IdempotencyStoreTests(StateDatabases databases)
    {
        _state = new(databases);
        _store = new(_state.Database, _state.Clock);
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day()
    {
        var first = await BeginAsync(Request);
        Assert.Equal(IdempotencyVerdict.InFlight, (await BeginAsync(Request)).Verdict);
        await _store.KeepAsync(Request, first.Attempt, new(202, "application/json", "/jobs/1", "\"7\"", "{}"), CancellationToken.None);

        var second = await BeginAsync(Request with { RequestId = "trace-2" });
        Assert.Equal((IdempotencyVerdict.Repeat, new KeptAnswer(202, "application/json", "/jobs/1", "\"7\"", "{}"), "trace-1"), (second.Verdict, second.Answer, second.RequestId));
        Assert.Equal(IdempotencyVerdict.OtherRequest, (await BeginAsync(Request with { Fingerprint = "other" })).Verdict);
        Assert.Equal(IdempotencyVerdict.CarryOut, (await BeginAsync(Request with { Scope = "api-key:b /jobs" })).Verdict);

        _state.Clock.Advance(IdempotencyStore.Kept + TimeSpan.FromMilliseconds(1));
        Assert.Equal(IdempotencyVerdict.CarryOut, (await BeginAsync(Request)).Verdict);
    }

    [Fact]
    public async Task A_lease_that_has_run_out_frees_the_request_and_the_first_try_keeps_nothing_any_more()
    {
        var first = await BeginAsync(Request);
        _state.Clock.Advance(TimeSpan.FromMinutes(31));

        var second = await BeginAsync(Request);
        await _store.KeepAsync(Request, first.Attempt, new(200, null, null, null, "late"), CancellationToken.None);

        Assert.Equal(IdempotencyVerdict.CarryOut, second.Verdict);
        Assert.Equal(IdempotencyVerdict.InFlight, (await BeginAsync(Request)).Verdict);
    }

    [Fact]
    public async Task A_request_that_was_let_go_is_carried_out_anew()
    {
        await _store.ReleaseAsync(Request, (await BeginAsync(Request)).Attempt, CancellationToken.None);

        Assert.Equal(IdempotencyVerdict.CarryOut, (await BeginAsync(Request)).Verdict);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private Task<IdempotencyDecision> BeginAsync(IdempotentRequest request) => _store.BeginAsync(request, CancellationToken.None);
}

public sealed class SqliteIdempotencyStoreTests() : IdempotencyStoreTests(StateDatabases.Sqlite());

public sealed class PostgresIdempotencyStoreTests() : IdempotencyStoreTests(StateDatabases.PostgreSql());

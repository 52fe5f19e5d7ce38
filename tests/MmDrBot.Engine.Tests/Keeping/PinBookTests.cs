using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Keeping;

public sealed class PinBookTests
{
    [Fact]
    public async Task A_pin_binds_every_host_until_it_is_taken_away_and_nothing_is_rewritten()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var (point, _) = (await world.BackUpAsync(), await world.BackUpAsync());
        var pin = await BookOf(repository).AddAsync(PinKind.Pin, point.Id, "alice", "before the move", repository.Time, CancellationToken.None);
        Assert.Equal(pin, await BookOf(repository).AddAsync(PinKind.Pin, point.Id, "bob", null, repository.Time, CancellationToken.None));

        var elsewhere = repository.Copy();
        var refusal = await Assert.ThrowsAsync<EngineException>(() => elsewhere.ForgetAsync(point));
        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Contains("pinned by alice: before the move", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("mmdr restore-point unpin", refusal.Hint, StringComparison.Ordinal);

        await BookOf(repository).ReleaseAsync([pin], "alice", null, repository.Time, CancellationToken.None);
        Assert.Empty(await BookOf(repository).ReadAsync(CancellationToken.None));
        Assert.Equal(2, repository.Store.Objects.Keys.Count(name => name.StartsWith("pins/", StringComparison.Ordinal)));
        await repository.ForgetAsync(point);
        Assert.Single(await repository.PointsAsync());
        Assert.Empty((await repository.CheckAsync()).Damage);
        Assert.Empty((await repository.CheckAsync()).Notes);
    }

    [Fact]
    public async Task Of_several_holds_each_ends_by_itself()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var point = await world.BackUpAsync();
        var book = BookOf(repository);
        var first = await book.AddAsync(PinKind.Hold, point.Id, "alice", "case 7", repository.Time, CancellationToken.None);
        var second = await book.AddAsync(PinKind.Hold, point.Id, "alice", "case 8", repository.Time, CancellationToken.None);
        Assert.Equal(first, await book.AddAsync(PinKind.Hold, point.Id, "bob", "case 7", repository.Time, CancellationToken.None));

        await book.ReleaseAsync([first], "alice", "settled", repository.Time, CancellationToken.None);

        Assert.Equal([second], await BookOf(repository).ReadAsync(CancellationToken.None));
        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.ForgetAsync(point));
        Assert.Contains("legal hold ends only by", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_does_not_read_may_be_a_hold_so_nothing_is_forgotten()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var point = await world.BackUpAsync();
        await BookOf(repository).AddAsync(PinKind.Hold, point.Id, "alice", "case 7", repository.Time, CancellationToken.None);
        var name = repository.Store.Objects.Keys.Single(name => name.StartsWith("pins/", StringComparison.Ordinal));
        repository.Store.Objects[name] = [.. repository.Store.Objects[name].Reverse()];

        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.ForgetAsync(point));

        Assert.Equal(EngineFault.Damaged, refusal.Fault);
        Assert.Contains($"give-up {name}", refusal.Hint, StringComparison.Ordinal);
        Assert.StartsWith(name, Assert.Single((await repository.CheckAsync()).Damage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_forgotten_can_not_be_pinned()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var point = await world.BackUpAsync();
        await repository.ForgetAsync(point);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => BookOf(repository).AddAsync(PinKind.Pin, point.Id, "alice", null, repository.Time, CancellationToken.None));

        Assert.Equal(EngineFault.Conflict, refusal.Fault);
    }

    private static PinBook BookOf(MemoryRepository repository) => new(repository.Repository);
}

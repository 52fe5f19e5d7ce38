using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Faults;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>A policy applied to a real repository: broken off anywhere, by two hosts at once, beside a backup.</summary>
public sealed class RetentionRunTests
{
    private static readonly RetentionPolicy Two = PolicyTests.Policy("last 2");

    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Broken_off_at_any_call_it_leaves_a_sound_repository_and_the_next_run_goes_on(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 4);
        for (var call = 1; ; call++)
        {
            Assert.True(call < 500, "it never passes");
            var broken = world.Repository.Copy(store => new FaultyObjectStore(store, kind, call));
            var failure = await Record.ExceptionAsync(() => ApplyAsync(broken));
            Assert.True(failure is null or IOException or EngineException, $"call {call}: {failure}");
            var healthy = broken.Healthy();
            await world.AssertSoundAsync(healthy, $"{kind} at call {call}", points);

            healthy.Time.Advance(TimeSpan.FromMinutes(61));
            await ApplyAsync(healthy);

            Assert.Equal(points[2..].Select(point => point.Id), (await healthy.PointsAsync()).Select(point => point.Id));
            Assert.Equal(2, healthy.Store.Objects.Keys.Count(name => name.StartsWith("manifests/", StringComparison.Ordinal)));
            await world.AssertSoundAsync(healthy, $"{kind} at call {call}, resumed", points);
            healthy.Time.Advance(TimeSpan.FromHours(25));
            await healthy.PruneAsync();
            await world.AssertSoundAsync(healthy, $"{kind} at call {call}, a day later", points);
            if (!((FaultyObjectStore)broken.Repository.Store).Struck)
            {
                Assert.Null(failure);
                return;
            }
        }
    }

    [Theory]
    [InlineData("list manifests/")]
    [InlineData("read manifests/")]
    [InlineData("create tombstones/")]
    [InlineData("list pins/")]
    [InlineData("create condemned/")]
    [InlineData("create indexes/")]
    public async Task Two_hosts_that_apply_it_at_once_come_to_the_same_end(string at)
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 6);
        var other = new MemoryRepositoryView(world.Repository);
        var hooked = new Repository(new HookedObjectStore(world.Repository.Store, call => call.StartsWith(at, StringComparison.Ordinal), () => other.ApplyAsync(Two)), world.Repository.Repository.Key);

        await new MemoryRepositoryView(world.Repository, hooked).ApplyAsync(Two);

        Assert.Equal(points[4..].Select(point => point.Id), (await world.Repository.PointsAsync()).Select(point => point.Id));
        await world.AssertSoundAsync(world.Repository, at, points);
        world.Repository.Time.Advance(TimeSpan.FromHours(25));
        await world.Repository.PruneAsync();
        await world.AssertSoundAsync(world.Repository, $"{at}, later", points);
    }

    [Fact]
    public async Task Two_hosts_with_different_policies_never_take_away_what_was_drilled_last()
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 6);
        var repository = world.Repository;
        await VerificationRecords.WriteAsync(repository.Repository, Points.Verified(points[0], VerificationLevel.Drill), CancellationToken.None);
        var first = new MemoryRepositoryView(repository);
        var planned = (await first.PlanAsync(PolicyTests.Policy("last 1"))).Removed;
        Assert.DoesNotContain(planned, point => point.Id == points[0].Id);

        // Meanwhile a drill proves another one, and a second host lets the first one go.
        await VerificationRecords.WriteAsync(repository.Repository, Points.Verified(points[2], VerificationLevel.Drill, at: repository.Time.GetUtcNow()), CancellationToken.None);
        await new MemoryRepositoryView(repository).ApplyAsync(PolicyTests.Policy("last 3"));
        Assert.DoesNotContain(await repository.PointsAsync(), point => point.Id == points[0].Id);

        var result = await first.RunAsync(PolicyTests.Policy("last 1"), planned);

        Assert.Equal([points[2].Id], result.Spared.Select(decision => decision.Point.Id));
        Assert.Equal([points[2].Id, points[5].Id], (await repository.PointsAsync()).Select(point => point.Id));
        await world.AssertSoundAsync(repository, "both", points);
    }

    [Theory]
    [InlineData("create tombstones/")]
    [InlineData("list pins/")]
    public async Task Of_a_pin_and_a_removal_at_the_same_moment_one_gives_way(string at)
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 3);
        var repository = world.Repository;
        EngineException? refused = null;
        var armed = false;
        var hooked = new HookedObjectStore(repository.Store, call => armed && call.StartsWith(at, StringComparison.Ordinal), async () =>
            refused = (EngineException?)await Record.ExceptionAsync(() => new PinBook(repository.Repository).AddAsync(PinKind.Pin, points[0].Id, "alice", null, repository.Time, CancellationToken.None)));
        var view = new MemoryRepositoryView(repository, new Repository(hooked, repository.Repository.Key));
        var removed = (await view.PlanAsync(Two)).Removed;
        armed = true;

        var result = await view.RunAsync(Two, removed);

        Assert.Equal([points[0].Id], result.Spared.Select(decision => decision.Point.Id));
        Assert.Contains("pinned by alice", result.Spared[0].Reasons);
        Assert.Null(refused);
        Assert.Equal(points.Select(point => point.Id), (await repository.PointsAsync()).Select(point => point.Id));
        await world.AssertSoundAsync(repository, at, points);
        await Assert.ThrowsAsync<EngineException>(() => repository.ForgetAsync(points[0]));
    }

    [Fact]
    public async Task A_pin_that_comes_after_the_tombstone_is_told_so_and_the_removal_takes_it_back()
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 3);
        var repository = world.Repository;
        EngineException? refused = null;
        var lists = 0;
        var hooked = new HookedObjectStore(repository.Store, call => call == "list pins/" && ++lists == 2, async () =>
            refused = (EngineException?)await Record.ExceptionAsync(() => new PinBook(repository.Repository).AddAsync(PinKind.Hold, points[0].Id, "alice", "case 7", repository.Time, CancellationToken.None)));

        var kept = await Assert.ThrowsAsync<EngineException>(() => ForgetRestorePoint.RunAsync(new Repository(hooked, repository.Repository.Key), points[0].Id, "bob", repository.Time, CancellationToken.None));

        Assert.Equal(EngineFault.Conflict, refused?.Fault);
        Assert.Contains("held by alice: case 7", kept.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await repository.PointsAsync()).Count);
        await world.AssertSoundAsync(repository, "taken back", points);
    }

    [Theory]
    [InlineData("create packs/")]
    [InlineData("create indexes/")]
    [InlineData("list condemned/")]
    [InlineData("create manifests/")]
    public async Task Beside_a_running_backup_nothing_is_lost(string at)
    {
        using var world = await SmallWorld.CreateAsync();
        var points = (await NightsAsync(world, 5)).ToList();
        var repository = world.Repository;
        world.Change();
        var hooked = new HookedObjectStore(repository.Store, call => call.StartsWith(at, StringComparison.Ordinal), () => new MemoryRepositoryView(repository).ApplyAsync(Two));
        try
        {
            repository.Time.Advance(TimeSpan.FromMinutes(1));
            var point = await new BackupRunner(new Repository(hooked, repository.Repository.Key), repository.Time).RunAsync(new BackupRequest { Sources = new BackupSources { FilesDirectory = world.Data }, Program = "test" }, null, CancellationToken.None);
            world.Remember(point);
            points.Add(point);
        }
        catch (EngineException refused) when (refused.Fault is EngineFault.Conflict)
        {
            // It relied on a pack that was condemned meanwhile, and says so.
        }

        await world.AssertSoundAsync(repository, at, points);
        Assert.InRange((await repository.PointsAsync()).Count, 2, 3);
    }

    [Fact]
    public async Task A_restore_point_that_another_host_forgets_while_the_list_is_read_is_passed_over()
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 3);
        var repository = world.Repository;
        var hooked = new HookedObjectStore(repository.Store, call => call == $"read manifests/{points[1].Id}", () => repository.ForgetAsync(points[1]));

        Assert.Equal([points[0].Id, points[2].Id], (await new Repository(hooked, repository.Repository.Key).RestorePointsAsync(CancellationToken.None)).Select(point => point.Id));

        var stolen = new HookedObjectStore(repository.Store, call => call == $"read manifests/{points[2].Id}", () => repository.Store.DeleteAsync([$"manifests/{points[2].Id}"], CancellationToken.None));
        var damage = await Assert.ThrowsAsync<EngineException>(() => new Repository(stolen, repository.Repository.Key).RestorePointsAsync(CancellationToken.None));
        Assert.Equal(EngineFault.Damaged, damage.Fault);
    }

    [Theory]
    [InlineData("manifests/")]
    [InlineData("tombstones/")]
    [InlineData("verifications/")]
    [InlineData("pins/")]
    public async Task With_anything_damaged_nothing_goes_until_it_is_given_up(string folder)
    {
        using var world = await SmallWorld.CreateAsync();
        var points = await NightsAsync(world, 5);
        var repository = world.Repository;
        await repository.ForgetAsync(points[0]);
        await VerificationRecords.WriteAsync(repository.Repository, Points.Verified(points[4], VerificationLevel.Structure), CancellationToken.None);
        var book = new PinBook(repository.Repository);
        await book.ReleaseAsync([await book.AddAsync(PinKind.Pin, points[1].Id, "alice", null, repository.Time, CancellationToken.None)], "alice", null, repository.Time, CancellationToken.None);
        var name = repository.Store.Objects.Keys.Order(StringComparer.Ordinal).First(name => name.StartsWith(folder, StringComparison.Ordinal));
        repository.Store.Objects[name] = [.. repository.Store.Objects[name].Reverse()];

        var plan = await new MemoryRepositoryView(repository).PlanAsync(Two);

        Assert.StartsWith($"not all can be read: {name}", plan.Hindrance, StringComparison.Ordinal);
        if (folder is not "manifests/")
        {
            await repository.GiveUpAsync(name);
            Assert.Null((await new MemoryRepositoryView(repository).PlanAsync(Two)).Hindrance);
        }
    }

    [Fact]
    public async Task It_looks_at_everything_anew_before_each_but_reads_each_object_once()
    {
        using var world = await SmallWorld.CreateAsync();
        await NightsAsync(world, 12);
        var reads = 0;
        var counting = new HookedObjectStore(world.Repository.Store, call => call.StartsWith("read manifests/", StringComparison.Ordinal) && ++reads < 0, () => Task.CompletedTask);

        var view = new MemoryRepositoryView(world.Repository, new Repository(counting, world.Repository.Repository.Key));
        await view.RunAsync(Two, (await view.PlanAsync(Two)).Removed);

        // Twelve to plan, and twelve as the run begins.
        Assert.Equal(24, reads);
        Assert.Equal(2, (await world.Repository.PointsAsync()).Count);
    }

    private static async Task<RestorePoint[]> NightsAsync(SmallWorld world, int count)
    {
        var points = new RestorePoint[count];
        for (var night = 0; night < count; night++)
        {
            world.Repository.Time.Advance(TimeSpan.FromDays(1));
            world.Change();
            points[night] = await world.BackUpAsync();
        }

        return points;
    }

    private static Task ApplyAsync(MemoryRepository repository) => new MemoryRepositoryView(repository).ApplyAsync(Two);

    /// <summary>One host's view of a repository, which others use too.</summary>
    private sealed class MemoryRepositoryView(MemoryRepository repository, Repository? seen = null)
    {
        private readonly Repository _seen = seen ?? new Repository(repository.Repository.Store, repository.Repository.Key);

        internal Task<RetentionPlan> PlanAsync(RetentionPolicy policy) => new RetentionRun(_seen, repository.Time, new RetentionSurvey(_seen)).PlanAsync(policy, CancellationToken.None);

        internal Task<RetentionResult> RunAsync(RetentionPolicy policy, IReadOnlyList<RestorePoint> removed) =>
            new RetentionRun(_seen, repository.Time, new RetentionSurvey(_seen)).RunAsync(policy, [.. removed.Select(point => point.Id)], "test", static _ => Task.CompletedTask, CancellationToken.None);

        internal async Task ApplyAsync(RetentionPolicy policy)
        {
            await RunAsync(policy, (await PlanAsync(policy)).Removed);
            await new Pruner(_seen, repository.Time).RunAsync(new PruneRequest { SoleWriter = true }, CancellationToken.None);
        }
    }
}

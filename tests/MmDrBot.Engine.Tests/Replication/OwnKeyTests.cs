using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.Faults;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Replication;

public sealed class OwnKeyTests
{
    private static readonly RepositorySecret Other = new("the passphrase of the copy alone");

    [Fact]
    public async Task A_copy_with_its_own_key_restores_the_same_and_shares_no_object()
    {
        using var bench = await CopyBench.CreateAsync();
        var copy = await RepositoryAccess.InitializeAsync(bench.Target, Other, bench.Main.Time, CancellationToken.None);
        await RepositoryRecords.WriteAsync(bench.Main.Repository, RecordKind.Ledger, new { n = 1 }, CancellationToken.None);
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();

        var result = await ReplicateAsync(bench, copy);

        Assert.Equal([second.Id, first.Id], result.Copied);
        Assert.Equal((1, 2), (result.Records, result.Held.Count));
        Assert.DoesNotContain(bench.Main.Store.Objects.Keys.Intersect(bench.Target.Objects.Keys), name => name != "repository.json");
        bench.Main.Store.Objects.Clear();
        await AssertWholeAsync(bench, copy, 2);
        await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.OpenAsync(bench.Target, MemoryRepository.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task What_did_not_change_is_neither_sent_nor_read_again()
    {
        using var bench = await CopyBench.CreateAsync();
        var copy = await RepositoryAccess.InitializeAsync(bench.Target, Other, bench.Main.Time, CancellationToken.None);
        await bench.World.BackUpAsync();
        await ReplicateAsync(bench, copy);
        var again = await ReplicateAsync(bench, copy);
        var before = bench.Target.Objects.Where(item => item.Key.StartsWith("packs/", StringComparison.Ordinal)).Sum(item => (long)item.Value.Length);
        File.WriteAllText(Path.Combine(bench.World.Data, "new.txt"), "new");
        await bench.World.BackUpAsync();

        var more = await ReplicateAsync(bench, copy);

        Assert.Equal((0, 0L, 0), (again.Copied.Count, again.Bytes, again.Records));
        Assert.Single(more.Copied);
        Assert.InRange(more.Bytes, 1, before / 10);
        await AssertWholeAsync(bench, copy, 2);
    }

    [Fact]
    public async Task What_was_forgotten_there_is_remembered_by_its_origin()
    {
        using var bench = await CopyBench.CreateAsync();
        var copy = await RepositoryAccess.InitializeAsync(bench.Target, Other, bench.Main.Time, CancellationToken.None);
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await ReplicateAsync(bench, copy);
        await bench.Main.ForgetAsync(first);

        var kept = await ReplicateAsync(bench, copy);
        var own = (await copy.RestorePointsAsync(CancellationToken.None))[1];
        await ForgetRestorePoint.RunAsync(copy, own.Id, "test", bench.Main.Time, CancellationToken.None);
        var remembered = await new ResealingReplicator(bench.Main.Repository, copy, bench.Main.Time) { Remembered = [second.Id] }.RunAsync(new(), null, CancellationToken.None);

        Assert.Empty(kept.ForgottenThere);
        Assert.Equal(second.Id, own.Origin!.RestorePoint);
        Assert.Equal(second.Id, Assert.Single(remembered.ForgottenThere).Id);
        Assert.Empty(remembered.Copied);
        Assert.Empty(remembered.Held);
    }

    [Fact]
    public async Task Pins_of_the_first_repository_bind_the_copy()
    {
        using var bench = await CopyBench.CreateAsync();
        var copy = await RepositoryAccess.InitializeAsync(bench.Target, Other, bench.Main.Time, CancellationToken.None);
        var held = await bench.World.BackUpAsync();
        var old = await bench.ChangeAndBackUpAsync();
        await bench.ChangeAndBackUpAsync();
        await ReplicateAsync(bench, copy);
        await new PinBook(bench.Main.Repository).AddAsync(PinKind.Hold, held.Id, "test", "case 7", bench.Main.Time, CancellationToken.None);

        var facts = await new RetentionSurvey(copy) { Original = bench.Main.Repository }.ReadAsync(CancellationToken.None);
        var plan = RetentionPlan.Decide(facts, new RetentionPolicy { Default = new RetentionRule { Last = 1 } }, bench.Main.Time.GetUtcNow());

        Assert.Equal(old.Id, Assert.Single(plan.Removed).Origin!.RestorePoint);
    }

    [Theory]
    [InlineData(FaultKind.Outage)]
    [InlineData(FaultKind.Error)]
    public async Task One_that_breaks_off_anywhere_leaves_a_sound_copy_and_goes_on(FaultKind kind)
    {
        using var bench = await CopyBench.CreateAsync();
        var empty = new MemoryObjectStore(bench.Main.Time);
        var key = (await RepositoryAccess.InitializeAsync(empty, Other, bench.Main.Time, CancellationToken.None)).Key;
        await bench.World.BackUpAsync();
        await bench.ChangeAndBackUpAsync();
        for (var at = 1; ; at++)
        {
            var store = new MemoryObjectStore(bench.Main.Time, empty.Objects);
            var faulty = new FaultyObjectStore(store, kind, at);
            try
            {
                await ReplicateAsync(bench, new Repository(faulty, key));
            }
            catch (Exception failure) when (failure is IOException or EngineException)
            {
            }

            if (!faulty.Struck)
            {
                break;
            }

            var copy = new Repository(store, key);
            await AssertWholeAsync(bench, copy, (await copy.RestorePointsAsync(CancellationToken.None)).Count);
            await ReplicateAsync(bench, copy);
            await AssertWholeAsync(bench, copy, 2);
        }
    }

    private static Task<ReplicationResult> ReplicateAsync(CopyBench bench, Repository copy, ReplicationRequest? request = null) =>
        new ResealingReplicator(bench.Main.Repository, copy, bench.Main.Time).RunAsync(request ?? new(), null, CancellationToken.None);

    private static async Task AssertWholeAsync(CopyBench bench, Repository copy, int count)
    {
        var findings = await new RepositoryChecker(copy, bench.Main.Time).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None);
        Assert.True(findings.IsGood, string.Join("; ", findings.Damage));
        var points = await copy.RestorePointsAsync(CancellationToken.None);
        Assert.Equal(count, points.Count);
        foreach (var point in points)
        {
            using var directory = new TempDirectory();
            await new RestoreRunner(copy).RunAsync(point, new RestoreRequest { FilesDirectory = directory.File("restored") }, null, CancellationToken.None);
            Assert.Empty(bench.World.States[point.Origin!.RestorePoint].DifferencesTo(TreeSnapshot.Of(directory.File("restored"))));
        }
    }
}

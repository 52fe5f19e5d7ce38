using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class AppendOnlyTests
{
    private static readonly string[] Deletes = ["s3:DeleteObject", "s3:DeleteObjectVersion"];

    [Fact]
    public async Task Credentials_that_can_not_delete_back_up_list_verify_check_restore_and_keep_records()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.DenyAsync(Deletes);

        var point = await bench.BackUpAsync();
        await bench.BackUpAsync();
        await RepositoryRecords.WriteAsync(bench.Repository, RecordKind.Ledger, new { n = 1 }, CancellationToken.None);

        Assert.Equal(2, (await bench.Repository.RestorePointsAsync(CancellationToken.None)).Count);
        Assert.Empty((await bench.CheckAsync()).Damage);
        Assert.Empty((await new RestorePointVerifier(bench.Repository, bench.Time).VerifyAsync(point, VerificationLevel.Data, null, CancellationToken.None)).Damage);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
    }

    [Fact]
    public async Task A_prune_says_what_it_lacks_and_changes_nothing_while_a_dry_run_works()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        await bench.ForgetAsync(point);
        await bench.DenyAsync(Deletes);
        var before = (await bench.NamesAsync()).Where(name => !name.StartsWith("probe/", StringComparison.Ordinal)).ToArray();

        var refused = await Assert.ThrowsAsync<EngineException>(() => bench.PruneAsync());

        Assert.Equal(EngineFault.Denied, refused.Fault);
        Assert.Contains("may not delete, so nothing was pruned", refused.Message, StringComparison.Ordinal);
        Assert.Contains("s3:DeleteObject", refused.Hint, StringComparison.Ordinal);
        Assert.Equal(before, (await bench.NamesAsync()).Where(name => !name.StartsWith("probe/", StringComparison.Ordinal)));
        Assert.True((await bench.PruneAsync(dryRun: true)).Condemned > 0);
    }

    [Fact]
    public async Task A_damaged_index_that_can_not_be_deleted_stands_in_nobodys_way_once_it_is_rebuilt()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var index = Assert.Single(await bench.NamesAsync("indexes/"));
        await bench.OverwriteAsync(index, [1, 2, 3]);
        await bench.DenyAsync(Deletes);
        await Assert.ThrowsAsync<EngineException>(() => bench.RestoredAsync(point));

        await IndexRebuilder.RunAsync(bench.Repository, CancellationToken.None);

        Assert.Equal(2, (await bench.NamesAsync("indexes/")).Count);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
    }

    [Fact]
    public async Task Touching_the_store_leaves_one_object_however_often_it_is_done()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.DenyAsync(Deletes);

        Assert.NotNull(await StoreProbe.TouchAsync(bench.Store, CancellationToken.None));
        Assert.NotNull(await StoreProbe.TouchAsync(bench.Store, CancellationToken.None));

        Assert.Single(await bench.NamesAsync("probe/"));
        Assert.DoesNotContain((await bench.CheckAsync()).Notes, note => note.Contains("probe/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_can_be_made_where_a_test_left_its_probes()
    {
        await using var bench = await LockBench.StartAsync();
        var store = new MmDrBot.Engine.ObjectStores.S3.S3ObjectStore(bench.Address with { Prefix = "other/" }, bench.Time);
        await store.CreateAsync("probe/touch", "mmdr"u8.ToArray(), CancellationToken.None);

        await RepositoryAccess.InitializeAsync(store, LockBench.Secret, bench.Time, CancellationToken.None);
    }
}

using Microsoft.Extensions.Time.Testing;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class HiddenRecoveryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repository_whose_every_object_was_deleted_comes_back_whole(bool appendOnly)
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var names = (await bench.NamesAsync()).Where(ObjectLock.Covers).ToArray();
        foreach (var name in await bench.NamesAsync())
        {
            await bench.HideAsync(name);
        }

        Assert.Empty(await bench.NamesAsync());
        if (appendOnly)
        {
            await bench.DenyAsync("s3:DeleteObject", "s3:DeleteObjectVersion");
        }

        await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.OpenAsync(bench.Store, LockBench.Secret, CancellationToken.None));
        bench.Repository = await HiddenRecovery.OpenAsync(bench.Store, LockBench.Secret, CancellationToken.None);
        Assert.Equal(names.Order(), (await bench.RecoverAsync(dryRun: true)).Recovered.Order());
        Assert.Empty(await bench.NamesAsync());
        var result = await bench.RecoverAsync();

        Assert.Equal(names.Order(), result.Recovered.Order());
        Assert.Equal(appendOnly ? names.Length : 0, result.Rewritten);
        Assert.Empty(result.Lost);
        bench.Repository = await RepositoryAccess.OpenAsync(bench.Store, LockBench.Secret, CancellationToken.None);
        Assert.Empty((await bench.CheckAsync()).Damage);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
        Assert.Empty((await bench.RecoverAsync()).Recovered);
        foreach (var name in names)
        {
            Assert.NotNull(await bench.LockOfAsync(name));
        }
    }

    [Fact]
    public async Task What_was_written_over_is_found_and_the_version_below_comes_back()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var pack = (await bench.NamesAsync("packs/"))[0];
        var manifest = Assert.Single(await bench.NamesAsync("manifests/"));
        await bench.OverwriteAsync(pack, new byte[(int)(await bench.Store.FindAsync(pack, CancellationToken.None))!]);
        await bench.OverwriteAsync(manifest, [1, 2, 3]);
        await bench.OverwriteAsync("repository.json", "{}"u8.ToArray());

        var damage = (await bench.CheckAsync()).Damage;
        Assert.Equal(3, damage.Count(line => line.Contains("written over; the version below is whole", StringComparison.Ordinal)));
        var refused = await Assert.ThrowsAsync<EngineException>(bench.BackUpAsync);
        Assert.Equal(EngineFault.Damaged, refused.Fault);
        Assert.Contains(pack, refused.Message, StringComparison.Ordinal);

        var result = await bench.RecoverAsync();

        Assert.Equal(new[] { manifest, pack, "repository.json" }.Order(), result.Recovered.Order());
        Assert.Empty((await bench.CheckAsync()).Damage);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
        await bench.BackUpAsync();
    }

    [Fact]
    public async Task What_was_written_over_comes_back_though_the_garbage_is_locked_too()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var pack = (await bench.NamesAsync("packs/"))[0];
        await bench.OverwriteAsync(pack, [9, 9, 9]);
        await bench.Store.Versions!.RetainAsync(pack, (await bench.VersionsAsync(pack)).Single(version => version.IsLatest).Version, new Retention(LockMode.Governance, DateTimeOffset.UtcNow.AddDays(1)), CancellationToken.None);
        await bench.HideAsync(pack);

        var result = await bench.RecoverAsync();

        Assert.Equal(1, result.Rewritten);
        Assert.Empty((await bench.CheckAsync()).Damage);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
    }

    [Fact]
    public async Task What_this_program_deleted_itself_stays_deleted()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var (recovery, _) = await RepositoryAccess.AddRecoveryKeyAsync(bench.Repository, "safe", bench.Time, CancellationToken.None);
        await RepositoryAccess.RemoveKeySlotAsync(bench.Repository, recovery.ToString(), "test", bench.Time, CancellationToken.None);
        await bench.ForgetAsync(point);
        await IndexRebuilder.RunAsync(bench.Repository, CancellationToken.None);

        var result = await bench.RecoverAsync();

        Assert.Empty(result.Recovered);
        Assert.Empty((await bench.CheckAsync()).Damage);
    }

    [Fact]
    public async Task Hidden_objects_do_not_stop_a_backup_but_are_told_and_stay_locked()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.BackUpAsync();
        var pack = (await bench.NamesAsync("packs/"))[0];
        await bench.HideAsync(pack);
        bench.Clock.Advance(LockBench.Period * 0.6);

        var point = await bench.BackUpAsync();

        Assert.Contains(point.Warnings, warning => warning.Contains(pack, StringComparison.Ordinal) && warning.Contains("recover-hidden", StringComparison.Ordinal));
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
        var below = (await bench.VersionsAsync(pack)).Single(version => !version.IsMarker);
        Assert.True((await bench.LockOfAsync(pack, below.Version))!.Value.Until > bench.Clock.GetUtcNow() + (LockBench.Period / 2));
    }

    [Fact]
    public async Task Restore_points_that_somebody_with_the_passphrase_forgot_are_taken_back_from_a_time_on()
    {
        await using var bench = await LockBench.StartAsync();
        var old = await bench.BackUpAsync();
        await bench.ForgetAsync(old);
        var since = (await bench.Store.ListAllAsync("tombstones/", CancellationToken.None)).Single().Modified.AddSeconds(1);
        while (DateTimeOffset.UtcNow < since.AddSeconds(1))
        {
            // Servers date objects by whole seconds.
            await bench.Repository.RestorePointsAsync(CancellationToken.None);
        }

        var point = await bench.BackUpAsync();
        await ForgetRestorePoint.RunAsync(bench.Repository, point.Id, "test", new FakeTimeProvider(bench.Clock.GetUtcNow().AddYears(1)), CancellationToken.None);
        Assert.Empty(await bench.Repository.RestorePointsAsync(CancellationToken.None));

        Assert.Equal([point.Id.ToString()], (await bench.RecoverAsync(dryRun: true, since)).Recalled);
        Assert.Empty(await bench.Repository.RestorePointsAsync(CancellationToken.None));
        var result = await bench.RecoverAsync(forgottenSince: since);

        Assert.Equal([point.Id.ToString()], result.Recalled);
        Assert.Equal([$"manifests/{point.Id}"], result.Recovered);
        Assert.Equal(point.Id, Assert.Single(await bench.Repository.RestorePointsAsync(CancellationToken.None)).Id);
        Assert.Empty((await bench.CheckAsync()).Damage);
        Assert.Empty(TreeSnapshot.Of(bench.Data).DifferencesTo(await bench.RestoredAsync(point)));
    }
}

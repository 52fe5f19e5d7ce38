using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>Disks that are full or read-only, with real ones.</summary>
public sealed class SmallFileSystemTests
{
    private const int Megabyte = 1 << 20;

    [SmallFileSystemFact]
    public async Task A_backup_on_a_disk_that_fills_up_is_no_restore_point_and_succeeds_once_there_is_room()
    {
        await using var disk = await SmallFileSystem.CreateAsync(64);
        using var directory = new TempDirectory();
        new FileTree().File("small.txt", "small").Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync(new LocalObjectStore(Path.Combine(disk.Path, "repository")));
        var first = await repository.BackUpFilesAsync(directory.File("data"));
        foreach (var number in Enumerable.Range(0, 20))
        {
            new FileTree().File($"{number}.bin", size: 5 * Megabyte).Build(directory.File("data"));
        }

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => repository.BackUpFilesAsync(directory.File("data")));

        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Equal(first.Id, Assert.Single(await PointsAsync(repository)).Id);
        Assert.Empty(await repository.Store.LeftoversAsync(remove: false, CancellationToken.None));
        Assert.Empty((await repository.CheckAsync()).Damage);

        await disk.ResizeAsync(256);
        var second = await repository.BackUpFilesAsync(directory.File("data"));
        Assert.Empty((await repository.VerifyAsync(second)).Damage);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    /// <summary>The commit record is what the disk has no room for: everything else is there.</summary>
    [SmallFileSystemFact]
    public async Task A_disk_without_room_for_the_manifest_alone_leaves_no_restore_point()
    {
        await using var disk = await SmallFileSystem.CreateAsync(8);
        using var directory = new TempDirectory();
        new FileTree().File("small.txt", "small").Build(directory.File("data"));
        var store = new LocalObjectStore(Path.Combine(disk.Path, "repository"));
        using var repository = await TestRepository.CreateAsync(store);
        await repository.BackUpFilesAsync(directory.File("data"));

        var failed = 0;
        for (var leave = 0; leave < 64; leave += 4)
        {
            new FileTree().File("small.txt", $"with {leave} KiB of room").Build(directory.File("data"));
            disk.FillUp(leave << 10);
            try
            {
                await repository.BackUpFilesAsync(directory.File("data"));
            }
            catch (IOException full)
            {
                Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
                failed++;
            }

            disk.EmptyBallast();
            foreach (var point in await PointsAsync(repository))
            {
                Assert.Empty((await repository.VerifyAsync(point)).Damage);
            }
        }

        Assert.InRange(failed, 1, 15);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    [SmallFileSystemFact]
    public async Task A_prune_on_a_full_disk_leaves_a_sound_repository_and_what_needs_no_room_is_still_done()
    {
        await using var disk = await SmallFileSystem.CreateAsync(64);
        using var directory = new TempDirectory();
        new FileTree().File("a.bin", size: 12 * Megabyte).File("b.bin", size: 3 * Megabyte).Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync(new LocalObjectStore(Path.Combine(disk.Path, "repository")));
        var first = await repository.BackUpFilesAsync(directory.File("data"));
        File.Delete(directory.File("data/a.bin"));
        var second = await repository.BackUpFilesAsync(directory.File("data"));
        await ForgetRestorePoint.RunAsync(repository.Repository, first.Id, "test", TimeProvider.System, CancellationToken.None);
        disk.FillUp(leave: 0);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => PruneAsync(repository));

        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Empty((await repository.CheckAsync()).Damage);
        disk.EmptyBallast();
        Assert.True((await PruneAsync(repository)).Condemned > 0);
        Assert.True((await PruneAsync(repository)).DeletedBytes > 10 * Megabyte);
        Assert.Empty((await repository.VerifyAsync(second)).Damage);
    }

    [SmallFileSystemFact]
    public async Task A_read_only_disk_refuses_backups_and_still_lists_verifies_and_restores()
    {
        await using var disk = await SmallFileSystem.CreateAsync(64);
        using var directory = new TempDirectory();
        FileTree.Typical().Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync(new LocalObjectStore(Path.Combine(disk.Path, "repository")));
        var point = await repository.BackUpFilesAsync(directory.File("data"));
        new FileTree().File("new.txt", "new").Build(directory.File("data"));
        await disk.MakeReadOnlyAsync();

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => repository.BackUpFilesAsync(directory.File("data")));

        Assert.Contains("Read-only", failure.Message, StringComparison.OrdinalIgnoreCase);
        await repository.ReopenAsync();
        Assert.Equal(point.Id, Assert.Single(await PointsAsync(repository)).Id);
        Assert.Empty((await repository.VerifyAsync(point)).Damage);
        Assert.Empty((await repository.CheckAsync()).Damage);
        await repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = directory.File("restored") });
        Assert.True(File.Exists(directory.File("restored/empty")) || Directory.EnumerateFileSystemEntries(directory.File("restored")).Any());
        await disk.MakeWritableAsync();
    }

    [SmallFileSystemFact]
    public async Task A_restore_into_a_disk_that_fills_up_says_so_and_comes_through_once_there_is_room()
    {
        await using var disk = await SmallFileSystem.CreateAsync(8);
        using var directory = new TempDirectory();
        new FileTree().File("a.bin", size: 6 * Megabyte).File("b.bin", size: 6 * Megabyte).Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync();
        var point = await repository.BackUpFilesAsync(directory.File("data"));
        var target = Path.Combine(disk.Path, "restored");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = target }));

        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        await disk.ResizeAsync(64);
        await repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = target });
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(target)));
    }

    private static Task<IReadOnlyList<RestorePoint>> PointsAsync(TestRepository repository) => repository.Repository.RestorePointsAsync(CancellationToken.None);

    private static Task<PruneResult> PruneAsync(TestRepository repository) =>
        new Pruner(repository.Repository, TimeProvider.System).RunAsync(new PruneRequest { MinimumAge = TimeSpan.Zero }, CancellationToken.None);
}

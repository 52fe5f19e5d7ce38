using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Platform;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.ObjectStores.Local;

/// <summary>A file-size limit stands in for the full disk, because it needs no root: write(2) fails after a part of the bytes either way.</summary>
[Collection(FileSizeLimit.Alone)]
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(3_000_000)]
    [InlineData(600_000)]
    public async Task A_disk_that_takes_no_more_bytes_leaves_no_object_and_no_leftover(int size)
    {
        using var directory = new TempDirectory();
        var store = new LocalObjectStore(directory.File("store"));
        var content = new AlignedBuffer(size).Memory;
        using (FileSizeLimit.Set(512 * 1024))
        {
            var failure = await Assert.ThrowsAsync<IOException>(() => store.CreateAsync("packs/aa/x", content, CancellationToken.None));
            Assert.DoesNotContain("success", failure.Message, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Null(await store.FindAsync("packs/aa/x", CancellationToken.None));
        Assert.Empty(Directory.GetFiles(directory.File("store/tmp")));
        Assert.True(await store.CreateAsync("packs/aa/x", content, CancellationToken.None));
        Assert.Equal(size, await store.FindAsync("packs/aa/x", CancellationToken.None));
    }

    [Fact]
    public async Task A_backup_onto_a_full_disk_fails_as_such_and_the_next_one_works()
    {
        using var directory = new TempDirectory();
        new FileTree().File("a.bin", size: 2_000_000).Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync();
        using (FileSizeLimit.Set(512 * 1024))
        {
            await Assert.ThrowsAsync<IOException>(() => repository.BackUpFilesAsync(directory.File("data")));
        }

        Assert.Empty((await repository.CheckAsync()).Damage);
        var point = await repository.BackUpFilesAsync(directory.File("data"));
        Assert.Empty(point.Warnings);
        Assert.Empty((await repository.VerifyAsync(point)).Damage);
    }
}

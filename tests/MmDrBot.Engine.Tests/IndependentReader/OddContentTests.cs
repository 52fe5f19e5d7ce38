using System.Text;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.IndependentReader;

public sealed class OddContentTests
{
    [Fact]
    public async Task A_list_of_blobs_may_be_cut_within_an_id()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var content = Enumerable.Range(0, 50).Select(number => Encoding.ASCII.GetBytes($"piece {number} ")).ToArray();

        await ReaderWorld.CommitFilesAsync(repository, async blobs =>
        {
            var ids = await ReaderWorld.StoreAllAsync(blobs, content);
            var lists = await ReaderWorld.StoreAllAsync(blobs, ids.Chunk(1000));
            var root = await blobs.StoreAsync(lists, CompressionEffort.Thorough);
            return [new FileEntry { Path = "deep.txt", Type = "f", Size = content.Sum(piece => piece.Length), Depth = 2, Root = root }];
        });

        var reader = new Reader(repository, directory);
        await reader.RunAsync(0, "check");
        await reader.RunAsync(0, "restore", "latest", "--output", directory.File("restored"));
        Assert.Equal(content.SelectMany(piece => piece), await File.ReadAllBytesAsync(directory.File("restored/files/deep.txt")));
        await repository.RestoreAsync(Assert.Single(await repository.Repository.RestorePointsAsync(CancellationToken.None)), new RestoreRequest { FilesDirectory = directory.File("by engine") });
        Assert.Equal(content.SelectMany(piece => piece), await File.ReadAllBytesAsync(directory.File("by engine/deep.txt")));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/mmdr-escaped")]
    [InlineData("link/escaped")]
    [InlineData("link")]
    [InlineData("a//b")]
    public async Task A_path_that_leaves_the_output_directory_is_refused(string path)
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var outside = directory.Subdirectory("outside");
        await ReaderWorld.CommitFilesAsync(repository, async blobs =>
        {
            var root = await blobs.StoreAsync("content"u8, CompressionEffort.Thorough);
            return
            [
                new FileEntry { Path = "link", Type = "l", Target = outside },
                new FileEntry { Path = path, Type = "f", Size = 7, Root = root },
                new FileEntry { Path = "zz", Type = "f", Size = 7, Root = root },
            ];
        });

        await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal(["files"], Directory.EnumerateFileSystemEntries(directory.File("restored")).Select(Path.GetFileName));
        Assert.Equal(["link", "zz"], Directory.EnumerateFileSystemEntries(directory.File("restored/files")).Select(Path.GetFileName).Order());
    }
}

using System.Text.Json;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.IndependentReader;

/// <summary>What the reader is shown: repositories with a backup, with damage, with files that no backup would make.</summary>
internal static class ReaderWorld
{
    internal static async Task<TestRepository> BackedUpAsync(TempDirectory directory)
    {
        var repository = await TestRepository.CreateAsync();
        await BackUpAsync(repository, directory);

        return repository;
    }

    internal static Task<RestorePoint> BackUpAsync(TestRepository repository, TempDirectory directory)
    {
        FileTree.Typical().File("huge.bin", size: 9_500_000).Build(directory.File("data"));

        return repository.BackUpFilesAsync(directory.File("data"));
    }

    /// <summary>Commits a restore point with files that no backup would make.</summary>
    internal static async Task CommitFilesAsync(TestRepository repository, Func<BlobWriter, Task<FileEntry[]>> store)
    {
        var inner = repository.Repository;
        await using var blobs = new BlobWriter(inner.Store, inner.Key, new BlobIndex(), CancellationToken.None);
        var entries = await store(blobs);
        var lines = entries.SelectMany(entry => JsonSerializer.SerializeToUtf8Bytes(entry, ManifestJson.Options).Append((byte)'\n')).ToArray();
        var list = new StreamRef(lines.Length, 0, await blobs.StoreAsync(lines, CompressionEffort.Thorough));
        await blobs.CompleteAsync();
        var index = await inner.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], blobs.Written).ToBytes(), CancellationToken.None);
        await inner.WriteJsonAsync(ObjectKind.Manifest, new RestorePoint
        {
            Repository = inner.Id,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishedAt = DateTimeOffset.UtcNow,
            Host = "test",
            Program = "test",
            State = RestorePointState.Complete,
            Indexes = [index],
            Files = new FilesComponent("local", "/", "copy", entries.Length, entries.Sum(entry => entry.Size), list, [], 0, []),
        }, CancellationToken.None);
    }

    /// <summary>Stores pieces of content, and gives back their ids, joined.</summary>
    internal static async Task<byte[]> StoreAllAsync(BlobWriter blobs, IEnumerable<byte[]> pieces)
    {
        var ids = new List<byte>();
        foreach (var piece in pieces)
        {
            ids.AddRange(Convert.FromHexString((await blobs.StoreAsync(piece, CompressionEffort.Thorough)).ToString()));
        }

        return [.. ids];
    }

    /// <summary>Flips a bit in the middle, and gives back the pack's name.</summary>
    internal static async Task<string> BreakLargestPackAsync(TestRepository repository)
    {
        var path = new DirectoryInfo(Path.Combine(repository.Root, "packs")).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.FullName;
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await WriteAsync(path, bytes);

        return Path.GetRelativePath(repository.Root, path);
    }

    // Stored objects may be read-only.
    internal static async Task WriteAsync(string path, byte[] bytes)
    {
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
    }
}

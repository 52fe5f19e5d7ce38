using MmDrBot.Engine.Repositories;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>A small file store that changes between backups, and what each of its states looked like.</summary>
internal sealed class SmallWorld : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<BlobId, TreeSnapshot> _states = [];
    private int _changes;

    private SmallWorld(MemoryRepository repository) => Repository = repository;

    internal MemoryRepository Repository { get; }

    internal string Data => _directory.File("data");

    internal IReadOnlyDictionary<BlobId, TreeSnapshot> States => _states;

    internal static async Task<SmallWorld> CreateAsync()
    {
        var world = new SmallWorld(await MemoryRepository.CreateAsync());
        new FileTree().File("a/kept.txt", "kept").File("a/large.bin", size: 700_000).File("b/other.bin", size: 90_000).File("empty", "").Link("link", "a/kept.txt").Build(world.Data);
        return world;
    }

    internal void Change()
    {
        new FileTree().File("b/other.bin", Content(90_000)).File($"c/{++_changes}.bin", Content(300_000)).Build(Data);
        Directory.Delete(Path.Combine(Data, "a"), recursive: true);
        new FileTree().File("a/kept.txt", "kept").File("a/large.bin", Content(650_000)).Build(Data);
    }

    internal async Task<RestorePoint> BackUpAsync(MemoryRepository? repository = null)
    {
        var point = await (repository ?? Repository).BackUpAsync(Data);
        Remember(point);
        return point;
    }

    /// <summary>The point was taken of the data as it is now.</summary>
    internal void Remember(RestorePoint point) => _states[point.Id] = TreeSnapshot.Of(Data);

    /// <summary>Nothing is damaged, nothing committed is missing, every live restore point comes back as it was.</summary>
    internal async Task AssertSoundAsync(MemoryRepository repository, string about, params IEnumerable<RestorePoint> expected)
    {
        var findings = await repository.CheckAsync(expected.Select(point => point.Id));
        Assert.True(findings.IsGood, $"{about}: {string.Join("; ", findings.Damage)}");
        foreach (var point in await repository.PointsAsync())
        {
            if (_states.TryGetValue(point.Id, out var state))
            {
                Assert.True(state.DifferencesTo(await repository.RestoredAsync(point)) is [], $"{about}: restore point {point.Id} came back otherwise");
            }
        }
    }

    public void Dispose() => _directory.Dispose();

    private byte[] Content(int size)
    {
        var bytes = new byte[size];
        new Random((_changes * 31) + size).NextBytes(bytes);
        return bytes;
    }
}

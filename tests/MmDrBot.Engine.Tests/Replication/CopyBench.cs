using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Replication;

/// <summary>A repository in memory that changes, and a copy of it in a store of its own.</summary>
internal sealed class CopyBench : IDisposable
{
    private CopyBench(SmallWorld world) => World = world;

    internal SmallWorld World { get; }

    internal MemoryRepository Main => World.Repository;

    internal MemoryObjectStore Target { get; private init; } = new();

    /// <summary>The copy, by itself: only what its own store holds counts.</summary>
    internal Repository Copy => new(Target, Main.Repository.Key);

    internal static async Task<CopyBench> CreateAsync()
    {
        var world = await SmallWorld.CreateAsync();
        return new CopyBench(world) { Target = new MemoryObjectStore(world.Repository.Time) };
    }

    internal Task<ReplicationResult> ReplicateAsync(ReplicationRequest? request = null, IObjectStore? target = null, Repository? source = null, CancellationToken cancellationToken = default) =>
        new Replicator(source ?? Main.Repository, target ?? Target, Main.Time).RunAsync(request ?? new(), null, cancellationToken);

    internal async Task<RestorePoint> ChangeAndBackUpAsync()
    {
        World.Change();
        return await World.BackUpAsync();
    }

    /// <summary>Opens with the passphrase alone, finds no damage in any byte, and restores every restore point as it was.</summary>
    /// <param name="about">What was done before.</param>
    /// <param name="elsewhere">What may be missing since it was not copied.</param>
    internal async Task AssertWholeAsync(string about, params IEnumerable<RestorePoint> elsewhere) =>
        await AssertWholeAsync(about, await RepositoryAccess.OpenAsync(Target, MemoryRepository.Secret, CancellationToken.None), elsewhere);

    /// <summary>As the other, without the passphrase, whose key takes a good part of a second.</summary>
    internal async Task AssertWholeAsync(string about, Repository opened, params IEnumerable<RestorePoint> elsewhere)
    {
        var findings = await new RepositoryChecker(opened, Main.Time).CheckAsync(new CheckRequest { ReadShare = 1, Elsewhere = [.. elsewhere.Select(point => point.Id)] }, null, CancellationToken.None);
        Assert.True(findings.IsGood, $"{about}: {string.Join("; ", findings.Damage)}");
        foreach (var point in await opened.RestorePointsAsync(CancellationToken.None))
        {
            using var directory = new TempDirectory();
            await new RestoreRunner(opened).RunAsync(point, new RestoreRequest { FilesDirectory = directory.File("restored") }, null, CancellationToken.None);
            Assert.True(World.States[point.Id].DifferencesTo(TreeSnapshot.Of(directory.File("restored"))) is [], $"{about}: {point.Id} came back otherwise");
        }
    }

    internal async Task<IReadOnlyList<BlobId>> PointsAsync() => [.. (await Copy.RestorePointsAsync(CancellationToken.None)).Select(point => point.Id)];

    internal Task ForgetInCopyAsync(RestorePoint point) => ForgetRestorePoint.RunAsync(Copy, point.Id, "test", Main.Time, CancellationToken.None);

    internal Task<PruneResult> PruneCopyAsync() => new Pruner(Copy, Main.Time).RunAsync(new PruneRequest(), CancellationToken.None);

    /// <summary>Deletes what the first repository does not need any more, both phases of it.</summary>
    internal async Task PruneMainAsync()
    {
        await Main.PruneAsync();
        Main.Time.Advance(TimeSpan.FromHours(25));
        await Main.PruneAsync();
    }

    public void Dispose() => World.Dispose();
}

using Microsoft.Extensions.Time.Testing;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>A repository in memory with a clock of its own. Copies cost next to nothing, so a test may wreck one for each case.</summary>
internal sealed class MemoryRepository
{
    private static readonly Lazy<Task<MemoryRepository>> Empty = new(MakeAsync);
    private readonly MasterKey _key;

    private MemoryRepository(MasterKey key, FakeTimeProvider time, IEnumerable<KeyValuePair<string, byte[]>> objects, Func<IObjectStore, IObjectStore>? around = null)
        : this(key, time, new MemoryObjectStore(time, objects), around)
    {
    }

    private MemoryRepository(MasterKey key, FakeTimeProvider time, MemoryObjectStore store, Func<IObjectStore, IObjectStore>? around = null)
    {
        (_key, Time, Store) = (key, time, store);
        Repository = new Repository(around?.Invoke(Store) ?? Store, key);
    }

    internal static RepositorySecret Secret => new("a passphrase for tests");

    internal MemoryObjectStore Store { get; }

    internal Repository Repository { get; }

    internal FakeTimeProvider Time { get; }

    /// <summary>A new one; all have the same keys, since making keys is slow on purpose.</summary>
    internal static async Task<MemoryRepository> CreateAsync() => (await Empty.Value).Copy();

    /// <summary>The same objects in a store of their own, optionally seen through a decorator.</summary>
    internal MemoryRepository Copy(Func<IObjectStore, IObjectStore>? around = null) =>
        Dated(new(_key, new FakeTimeProvider(Time.GetUtcNow()), Store.Objects, around));

    /// <summary>The same store without a decorator.</summary>
    internal MemoryRepository Healthy() => Dated(new(_key, new FakeTimeProvider(Time.GetUtcNow()), Store.Objects));

    /// <summary>The same store, seen by a host whose clock shows something else.</summary>
    internal MemoryRepository OnAHostWhere(DateTimeOffset now) => new(_key, new FakeTimeProvider(now), Store);

    internal async Task<RestorePoint> BackUpAsync(string directory, CancellationToken cancellationToken = default)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        return await new BackupRunner(Repository, Time).RunAsync(new BackupRequest { Sources = new BackupSources { FilesDirectory = directory }, Program = "test" }, null, cancellationToken);
    }

    internal Task ForgetAsync(RestorePoint point) => ForgetRestorePoint.RunAsync(Repository, point.Id, "test", Time, CancellationToken.None);

    internal Task<PruneResult> PruneAsync(PruneRequest? request = null) => new Pruner(Repository, Time).RunAsync(request ?? new PruneRequest(), CancellationToken.None);

    internal async Task<string> GiveUpAsync(string wanted, params IReadOnlyCollection<BlobId> expected)
    {
        var name = await GiveUpObject.FindAsync(Repository, wanted, expected, Time, CancellationToken.None);
        await GiveUpObject.WriteAsync(Repository, name, "no copy is left", "test", Time, CancellationToken.None);
        return name;
    }

    internal Task<RebuildResult> RebuildIndexAsync() => IndexRebuilder.RunAsync(Repository, CancellationToken.None);

    internal Task<IReadOnlyList<RestorePoint>> PointsAsync() => Repository.RestorePointsAsync(CancellationToken.None);

    internal Task<Findings> CheckAsync(params IEnumerable<BlobId> expected) =>
        new RepositoryChecker(Repository, Time).CheckAsync(new CheckRequest { ReadShare = 1, Expected = [.. expected] }, null, CancellationToken.None);

    internal Task<Findings> VerifyAsync(RestorePoint point) =>
        new RestorePointVerifier(Repository, Time).VerifyAsync(point, VerificationLevel.Data, null, CancellationToken.None);

    internal Task<RestoreResult> RestoreAsync(RestorePoint point, string directory) =>
        new RestoreRunner(Repository).RunAsync(point, new RestoreRequest { FilesDirectory = directory }, null, CancellationToken.None);

    /// <summary>What a restore of the point looks like.</summary>
    internal async Task<TreeSnapshot> RestoredAsync(RestorePoint point)
    {
        using var directory = new TempDirectory();
        await RestoreAsync(point, directory.File("restored"));
        return TreeSnapshot.Of(directory.File("restored"));
    }

    private MemoryRepository Dated(MemoryRepository copy)
    {
        foreach (var (name, written) in Store.Written)
        {
            copy.Store.Written[name] = written;
        }

        return copy;
    }

    private static async Task<MemoryRepository> MakeAsync()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));
        var store = new MemoryObjectStore(time);
        var made = await RepositoryAccess.InitializeAsync(store, Secret, time, CancellationToken.None);
        return new MemoryRepository(made.Key, time, store.Objects);
    }
}

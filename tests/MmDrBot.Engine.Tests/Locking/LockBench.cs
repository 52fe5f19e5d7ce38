using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.Locking;

/// <summary>A repository in a real bucket with Object Lock, its files, and somebody else with the same credentials.</summary>
internal sealed class LockBench : IAsyncDisposable
{
    internal static readonly TimeSpan Period = TimeSpan.FromDays(30);

    private readonly TempDirectory _directory = new();

    private LockBench(S3Server server, TestBucket bucket, ObjectLock wanted, TimeProvider time)
    {
        (Server, Bucket, Time) = (server, bucket, time);
        Address = S3Addresses.Of(server, bucket.Name) with { Prefix = "dr/", Lock = wanted };
        Store = new S3ObjectStore(Address, time);
    }

    internal S3Server Server { get; }

    internal TestBucket Bucket { get; }

    internal S3Address Address { get; }

    internal S3ObjectStore Store { get; }

    internal TimeProvider Time { get; }

    internal FakeTimeProvider Clock => (FakeTimeProvider)Time;

    internal Repository Repository { get; set; } = null!;

    internal string Data => _directory.File("data");

    internal static RepositorySecret Secret => new("a passphrase for locks");

    internal static async Task<LockBench> StartAsync(LockMode mode = LockMode.Governance, TimeSpan? period = null, TimeProvider? time = null)
    {
        var server = await S3Server.SharedAsync();
        var bench = new LockBench(server, await server.CreateBucketAsync(objectLock: true), new ObjectLock(mode, period ?? Period), time ?? new FakeTimeProvider(DateTimeOffset.UtcNow));
        bench.Repository = await RepositoryAccess.InitializeAsync(bench.Store, Secret, bench.Time, CancellationToken.None);
        new FileTree().File("a/kept.txt", "kept").File("a/large.bin", size: 700_000).Build(bench.Data);
        return bench;
    }

    internal Task<RestorePoint> BackUpAsync() => RunnerOf(Repository).RunAsync(Request(), null, CancellationToken.None);

    internal async Task<LockReport> BackUpAndTellAsync()
    {
        var runner = RunnerOf(Repository);
        await runner.RunAsync(Request(), null, CancellationToken.None);
        return runner.Locks!;
    }

    internal async Task<LockReport> ExtendAsync() => (await new LockKeeper(Repository, Time).ExtendAsync(CancellationToken.None))!;

    internal Task<HiddenRecoveryResult> RecoverAsync(bool dryRun = false, DateTimeOffset? forgottenSince = null) => HiddenRecovery.RunAsync(Repository, dryRun, forgottenSince, Time, CancellationToken.None);

    internal Task<PruneResult> PruneAsync(bool dryRun = false) => new Pruner(Repository, Time).RunAsync(new PruneRequest { DryRun = dryRun, SoleWriter = true, MinimumAge = TimeSpan.Zero }, CancellationToken.None);

    internal Task<Findings> CheckAsync() => new RepositoryChecker(Repository, Time).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None);

    internal Task ForgetAsync(RestorePoint point) => ForgetRestorePoint.RunAsync(Repository, point.Id, "test", Time, CancellationToken.None);

    /// <summary>What a restore of the point looks like.</summary>
    internal async Task<TreeSnapshot> RestoredAsync(RestorePoint point)
    {
        using var directory = new TempDirectory();
        await new RestoreRunner(Repository).RunAsync(point, new MmDrBot.Engine.Restore.RestoreRequest { FilesDirectory = directory.File("restored") }, null, CancellationToken.None);
        return TreeSnapshot.Of(directory.File("restored"));
    }

    internal async Task<IReadOnlyList<string>> NamesAsync(string folder = "") => [.. (await Store.ListAllAsync(folder, CancellationToken.None)).Select(item => item.Name)];

    internal async Task<Retention?> LockOfAsync(string name, string? version = null) => await Store.Versions!.FindRetentionAsync(name, version, CancellationToken.None);

    internal async Task<IReadOnlyList<StoredVersion>> VersionsAsync(string name)
    {
        var versions = new List<StoredVersion>();
        await foreach (var version in Store.Versions!.ListAsync(name, CancellationToken.None))
        {
            versions.Add(version);
        }

        return versions;
    }

    /// <summary>Somebody else with the same credentials deletes an object, without a version as most tools do.</summary>
    internal Task HideAsync(string name) => Bucket.Client.DeleteObjectAsync(Bucket.Name, "dr/" + name);

    /// <summary>Somebody else with the same credentials writes over an object.</summary>
    internal Task OverwriteAsync(string name, byte[] content) =>
        Bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = Bucket.Name, Key = "dr/" + name, InputStream = new MemoryStream(content), UseChunkEncoding = false });

    /// <summary>Takes rights away from everybody who uses the bucket; its owner on this server is meant too.</summary>
    internal Task DenyAsync(params string[] actions) => Bucket.Client.PutBucketPolicyAsync(Bucket.Name, $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":[{{string.Join(",", actions.Select(action => $"\"{action}\""))}}],"Resource":["arn:aws:s3:::{{Bucket.Name}}/*"]}]}
        """);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Bucket.Client.DeleteBucketPolicyAsync(Bucket.Name);
        }
        catch (AmazonS3Exception)
        {
            // There was none.
        }

        Store.Dispose();
        await Bucket.DisposeAsync();
        _directory.Dispose();
    }

    private BackupRunner RunnerOf(Repository repository) => new(repository, Time);

    private BackupRequest Request() => new() { Sources = new BackupSources { FilesDirectory = Data }, Program = "test" };
}

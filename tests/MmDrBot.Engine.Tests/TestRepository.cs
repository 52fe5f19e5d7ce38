using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Engine.Tests;

/// <summary>A repository in a temporary directory, and the verbs that tests speak.</summary>
internal sealed class TestRepository : IDisposable
{
    internal const string Passphrase = "correct horse battery staple";

    private readonly TempDirectory _directory = new();

    private TestRepository()
    {
    }

    internal string Root => _directory.File("repository");

    internal IObjectStore Store { get; private set; } = null!;

    internal Repository Repository { get; private set; } = null!;

    internal static RepositorySecret Secret => new(Passphrase);

    internal static async Task<TestRepository> CreateAsync(IObjectStore? store = null)
    {
        var made = new TestRepository();
        made.Store = store ?? new LocalObjectStore(made.Root);
        made.Repository = await RepositoryAccess.InitializeAsync(made.Store, Secret, TimeProvider.System, CancellationToken.None);
        return made;
    }

    internal static BackupSources SourcesOf(SampleMattermost sample) => new()
    {
        Database = PostgresAddress.Parse(sample.DatabaseUri + (sample.DatabaseUri.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "sslmode=disable"),
        ConfigDirectory = sample.ConfigDirectory,
        FilesDirectory = sample.DataDirectory,
    };

    internal async Task ReopenAsync() => Repository = await RepositoryAccess.OpenAsync(Store, Secret, CancellationToken.None);

    internal Task<RestorePoint> BackUpAsync(BackupSources sources, CancellationToken cancellationToken = default) =>
        new BackupRunner(Repository, TimeProvider.System).RunAsync(new BackupRequest { Sources = sources, Program = "test" }, null, cancellationToken);

    internal Task<RestorePoint> BackUpFilesAsync(string directory) => BackUpAsync(new BackupSources { FilesDirectory = directory });

    internal Task<RestoreResult> RestoreAsync(RestorePoint point, RestoreRequest request, CancellationToken cancellationToken = default) =>
        new RestoreRunner(Repository).RunAsync(point, request, null, cancellationToken);

    internal Task<Findings> CheckAsync(double readShare = 1) =>
        new RepositoryChecker(Repository, TimeProvider.System).CheckAsync(new CheckRequest { ReadShare = readShare }, null, CancellationToken.None);

    internal Task<Findings> VerifyAsync(RestorePoint point, VerificationLevel level = VerificationLevel.Data) =>
        new RestorePointVerifier(Repository, TimeProvider.System).VerifyAsync(point, level, null, CancellationToken.None);

    public void Dispose() => _directory.Dispose();
}

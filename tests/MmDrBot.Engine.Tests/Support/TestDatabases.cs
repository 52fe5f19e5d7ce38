using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Support;

internal static class TestDatabases
{
    internal static PostgresAddress Address(this TestDatabase database) => PostgresAddress.Parse(database.Uri + "?sslmode=disable");

    internal static Task<RestorePoint> BackUpAsync(this TestRepository repository, TestDatabase database, IProgress<ProgressReport>? progress = null, CancellationToken cancellationToken = default) =>
        new BackupRunner(repository.Repository, TimeProvider.System).RunAsync(new BackupRequest { Sources = new BackupSources { Database = database.Address() }, Program = "test" }, progress, cancellationToken);

    internal static Task<RestoreResult> RestoreAsync(this TestRepository repository, RestorePoint point, TestDatabase target, bool overwrite = false, bool create = false) =>
        repository.RestoreAsync(point, new RestoreRequest { Database = target.Address(), Overwrite = overwrite, CreateDatabase = create });
}

using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Engine.Verification.Drilling.Boot;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Engine.Tests.Verification;

/// <summary>A restore point of a whole sample, taken once, and drills of it.</summary>
public sealed class DrillBench : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TestDatabase _database = null!;

    internal TestRepository Repository { get; private set; } = null!;

    internal RestorePoint Point { get; private set; } = null!;

    internal SampleMattermost Sample { get; private set; } = null!;

    /// <summary>Below it drills have their scratch directories; the user postgres can get there.</summary>
    internal string Scratch { get; } = Path.Combine("/var/tmp", $"mmdr-drills-{Guid.NewGuid():N}"[..20]);

    internal PostgresAddress Server => PostgresAddress.Parse(_database.Uri + "?sslmode=disable");

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Sample = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 200, Files = 20, TotalBytes = 3_000_000 }, _database.Uri, _directory);
        Repository = await TestRepository.CreateAsync();
        Point = await Repository.BackUpAsync(TestRepository.SourcesOf(Sample));
        Directory.CreateDirectory(Scratch);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Repository.Dispose();
        _directory.Dispose();
        Directory.Delete(Scratch, recursive: true);
    }

    internal Task<DrillResult> DrillAsync(Func<DrillWork, Task>? damage = null, bool throwaway = false, RestorePoint? point = null, BootRequest? boot = null, CancellationToken cancellationToken = default) =>
        new Drill(Repository.Repository, TimeProvider.System) { AfterRestore = damage }.RunAsync(point ?? Point, new DrillRequest { Server = throwaway ? null : Server, Directory = Scratch, Boot = boot }, null, cancellationToken);

    internal static async Task ExecuteAsync(DrillWork work, string sql)
    {
        await using var connection = await PostgresConnection.OpenAsync(work.Database!, CancellationToken.None);
        await connection.ExecuteAsync(sql, CancellationToken.None);
    }

    internal async Task<long> CountAsync(string sql)
    {
        await using var connection = await PostgresConnection.OpenAsync(Server, CancellationToken.None);
        return await connection.ScalarAsync<long>(sql, CancellationToken.None);
    }

    internal async Task<IReadOnlyList<string>> ScratchDatabasesAsync()
    {
        await using var connection = await PostgresConnection.OpenAsync(Server, CancellationToken.None);
        return await connection.QueryAsync("SELECT datname FROM pg_database WHERE datname LIKE 'mmdr_drill_%'", row => row.GetString(0), CancellationToken.None);
    }
}

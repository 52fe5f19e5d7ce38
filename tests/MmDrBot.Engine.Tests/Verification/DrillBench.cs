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
    private readonly System.Collections.Concurrent.ConcurrentBag<string> _names = ["mmdr_drill_00112233445566aa"];
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
        await using (var connection = await PostgresConnection.OpenAsync(Server, CancellationToken.None))
        {
            await connection.ExecuteAsync("CREATE SEQUENCE public.ticket_numbers START 1000", CancellationToken.None);
            await connection.ExecuteAsync("SELECT pg_catalog.nextval('public.ticket_numbers'), pg_catalog.nextval('public.ticket_numbers')", CancellationToken.None);
            await connection.ExecuteAsync("SELECT pg_catalog.lo_from_bytea(0, pg_catalog.decode(pg_catalog.repeat('c0ffee', 9000), 'hex'))", CancellationToken.None);
        }

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

    internal Task<DrillResult> DrillAsync(Func<DrillWork, Task>? damage = null, bool throwaway = false, RestorePoint? point = null, BootRequest? boot = null, string? directory = null, CancellationToken cancellationToken = default) =>
        new Drill(Repository.Repository, TimeProvider.System) { AfterRestore = work => NoteAsync(work, damage) }.RunAsync(point ?? Point, new DrillRequest { Server = throwaway ? null : Server, Directory = directory ?? Scratch, Boot = boot }, null, cancellationToken);

    private Task NoteAsync(DrillWork work, Func<DrillWork, Task>? damage)
    {
        _names.Add(work.Scratch.Name);
        return damage?.Invoke(work) ?? Task.CompletedTask;
    }

    internal async Task<string> FirstAttachmentAsync()
    {
        await using var connection = await PostgresConnection.OpenAsync(Server, CancellationToken.None);
        return (await connection.QueryAsync("SELECT path FROM public.fileinfo WHERE deleteat = 0 AND size > 1 AND path <> '' ORDER BY path LIMIT 1", row => row.GetString(0), CancellationToken.None))[0];
    }

    internal static async Task ExecuteAsync(DrillWork work, string sql)
    {
        await using var connection = await PostgresConnection.OpenAsync(work.Database!, CancellationToken.None);
        await connection.ExecuteAsync(sql, CancellationToken.None);
    }

    /// <summary>Those of this bench's own drills: other tests drill on the same server.</summary>
    internal async Task<IReadOnlyList<string>> ScratchDatabasesAsync()
    {
        await using var connection = await PostgresConnection.OpenAsync(Server, CancellationToken.None);
        var all = await connection.QueryAsync("SELECT datname FROM pg_database WHERE datname LIKE 'mmdr_drill_%'", row => row.GetString(0), CancellationToken.None);
        return [.. all.Where(name => _names.Any(own => name.StartsWith(own, StringComparison.Ordinal)))];
    }
}

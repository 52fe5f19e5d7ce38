using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Tests.Cli;

/// <summary>
/// The program is killed at moments spread over the time that an undisturbed run takes: whatever was going on, the next command finds a
/// good repository, nothing is in its way, and what was committed before comes back.
/// </summary>
public abstract class KillTestBase : IAsyncLifetime
{
    private const int Kills = 30;
    private static readonly RepositorySecret _secret = new(CliFixture.Passphrase);
    private Repository? _repository;
    private UnixTime _changed;

    private protected CliFixture Bench { get; } = new() { Options = new SampleOptions { Posts = 40, Files = 6, TotalBytes = 400_000, Extras = false, Users = 8 } };

    private protected string Earlier { get; private set; } = "";

    private protected string Dump { get; private set; } = "";

    private protected string Added => Path.Combine(Bench.Sample.DataDirectory, "added.bin");

    public async Task InitializeAsync()
    {
        await Bench.InitializeAsync();
        _changed = Posix.Stat(Bench.Sample.DataDirectory).Modified;
        Dump = await PgDump.DumpAsync(Bench.Sample.DatabaseUri);
        Earlier = await BackUpAsync();
    }

    public async Task DisposeAsync() => await Bench.DisposeAsync();

    private protected Task<int> KillAsync(Random random, Action prepare, string[] arguments) => KillAsync(
        random,
        () =>
        {
            prepare();
            return Task.CompletedTask;
        },
        arguments);

    /// <summary>Kills each of the runs at a random moment of its own share of the usual time, and gives the number that did not get to their end.</summary>
    private protected async Task<int> KillAsync(Random random, Func<Task> prepare, string[] arguments)
    {
        await prepare();
        var watch = Stopwatch.StartNew();
        await Bench.MustAsync(arguments);
        var usual = watch.Elapsed;
        var killed = 0;
        for (var i = 0; i < Kills; i++)
        {
            await prepare();
            using var process = Bench.Start(arguments);
            // This is no wait for something to happen: the moment itself is what is drawn.
            await Task.Delay(usual * ((i + random.NextDouble()) / Kills));
            process.Kill();
            await process.WaitForExitAsync();
            killed += process.ExitCode == 0 ? 0 : 1;
            await AssertSoundAsync(byProgram: i % 3 == 0);
        }

        Assert.True(killed > 0);
        return killed;
    }

    private protected async Task AssertGoodAsync(string kind, int killed)
    {
        var next = await BackUpAsync();
        await Bench.MustAsync("repository", "check", "--read-data");
        await Bench.AssertRestoresAsync(Earlier, Dump);
        await Bench.AssertRestoresAsync(next, Dump);
        await AssertInterruptedAsync(kind, killed);
        Assert.DoesNotContain(TreeSnapshot.Of(Bench.RepositoryDirectory).Entries.Keys, path => path.Contains(".tmp", StringComparison.Ordinal) && kind == "prune");
    }

    /// <summary>A process that was killed before it wrote its row has none; every other row is over, and says how.</summary>
    private protected async Task AssertInterruptedAsync(string kind, int killed)
    {
        var jobs = ((JsonArray)await Bench.JsonAsync("jobs", "--limit", "100")).Where(job => (string?)job!["kind"] == kind).Select(job => (string?)job!["state"]).ToArray();

        Assert.Subset(new HashSet<string?> { "succeeded", "interrupted" }, jobs.ToHashSet());
        Assert.InRange(jobs.Count(state => state == "interrupted"), 1, killed);
    }

    private protected async Task<string> BackUpAsync(params string[] more) => (string)(await Bench.JsonAsync(["backup", .. more]))["restorePoint"]!;

    private protected void AddFile(Random random)
    {
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        File.WriteAllBytes(Added, bytes);
    }

    private protected async Task AddForgottenPointAsync()
    {
        var point = await AddPointAsync(null);
        await ForgetRestorePoint.RunAsync(await OpenAsync(), point.Id, "test", TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Made by the engine in this process, to spare a process for each kill.</summary>
    private protected async Task<RestorePoint> AddPointAsync(string? label)
    {
        var request = new BackupRequest { Sources = new BackupSources { FilesDirectory = Bench.Sample.DataDirectory }, Program = "test", Label = label };
        return await new BackupRunner(await OpenAsync(), TimeProvider.System).RunAsync(request, null, CancellationToken.None);
    }

    /// <summary>By the command itself for every third kill, by its engine for the others: a process and its key cost most of the time.</summary>
    private protected virtual async Task AssertSoundAsync(bool byProgram)
    {
        if (byProgram)
        {
            await Bench.MustAsync("repository", "check");
            return;
        }

        var findings = await new RepositoryChecker(await OpenAsync(), TimeProvider.System).CheckAsync(new CheckRequest(), null, CancellationToken.None);
        Assert.Empty(findings.Damage);
    }

    private async Task<Repository> OpenAsync() =>
        _repository ??= await RepositoryAccess.OpenAsync(new LocalObjectStore(Bench.RepositoryDirectory), _secret, CancellationToken.None);

    private protected void RemoveFile()
    {
        File.Delete(Added);
        Posix.SetModified(Bench.Sample.DataDirectory, _changed);
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>The real program as a child process, with a sample to protect and a place for a repository.</summary>
internal sealed class CliBench : IAsyncDisposable
{
    internal const string Passphrase = "the passphrase of the command line 5520";
    private readonly TempDirectory _directory = new();
    private readonly List<TestDatabase> _databases = [];

    private CliBench()
    {
    }

    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "mmdr");

    internal SampleMattermost Sample { get; private set; } = null!;

    /// <summary>The settings; change them at will.</summary>
    internal Dictionary<string, string> Settings { get; } = [];

    internal string RepositoryDirectory => _directory.File("repository");

    internal string DatabasePassword => Uri.UnescapeDataString(new Uri(Sample.DatabaseUri).UserInfo.Split(':')[1]);

    internal static async Task<CliBench> CreateAsync(SampleOptions? options = null)
    {
        var bench = new CliBench();
        var database = await bench.DatabaseAsync();
        bench.Sample = await SampleMattermost.CreateAsync(options ?? new SampleOptions { Posts = 60, Files = 8, TotalBytes = 300_000 }, database.Uri, bench._directory.Subdirectory("mattermost"));
        bench.Settings["MMDR_Mattermost__Directory"] = bench.Sample.Directory;
        bench.Settings["MMDR_Repository__Url"] = $"file://{bench.RepositoryDirectory}";
        bench.Settings["MMDR_Repository__Passphrase"] = Passphrase;
        bench.Settings["MMDR_ConnectionStrings__State"] = bench.Place("state.db");
        return bench;
    }

    internal static async Task<CliBench> InitializedAsync(SampleOptions? options = null)
    {
        var bench = await CreateAsync(options);
        Assert.Equal(0, (await bench.RunAsync("repository", "init")).ExitCode);
        return bench;
    }

    internal string Place(string relative) => _directory.File(relative);

    internal string Folder(string relative) => _directory.Subdirectory(relative);

    internal async Task<TestDatabase> DatabaseAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _databases.Add(database);
        return database;
    }

    internal static string TargetOf(TestDatabase database) => database.Uri + "?sslmode=disable";

    internal Task<ToolResult> RunAsync(params string[] arguments) => Tool.TryRunAsync(Program, arguments, Settings);

    internal async Task<ToolResult> MustAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"mmdr {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }

    /// <summary>The one JSON document that a command printed.</summary>
    internal async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse((await MustAsync([.. arguments, "--json"])).Output)!;

    /// <summary>Starts the program and leaves its output unread in files.</summary>
    internal Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", Program, .. arguments]);
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    internal async Task AssertRestoresAsync(string id, string dump)
    {
        var database = await DatabaseAsync();
        var (files, config) = (Folder($"files-{Guid.NewGuid():N}"), Folder($"config-{Guid.NewGuid():N}"));
        await MustAsync("restore", id, "--database", TargetOf(database), "--files", files, "--config", config);
        await AssertEqualAsync(database, files, config, dump);
    }

    internal async Task AssertEqualAsync(TestDatabase database, string files, string config, string dump)
    {
        Assert.Empty(TreeSnapshot.Of(Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(files)));
        Assert.Empty(TreeSnapshot.Of(Sample.ConfigDirectory).DifferencesTo(TreeSnapshot.Of(config)));
        Assert.Equal(dump, await PgDump.DumpAsync(database.Uri));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _directory.Dispose();
    }
}

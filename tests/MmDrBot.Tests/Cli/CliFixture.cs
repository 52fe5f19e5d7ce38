using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>The real program as a child process, with a sample to protect and a place for a repository.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    internal const string Passphrase = "the passphrase of the command line 5520";
    private readonly TempDirectory _directory = new();
    private readonly List<TestDatabase> _databases = [];

    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "mmdr");

    internal SampleOptions Options { get; init; } = new() { Posts = 60, Files = 8, TotalBytes = 300_000 };

    internal SampleMattermost Sample { get; private set; } = null!;

    /// <summary>The settings; change them at will.</summary>
    internal Dictionary<string, string> Settings { get; } = [];

    internal string RepositoryDirectory => _directory.File("repository");

    internal string DatabasePassword => Uri.UnescapeDataString(new Uri(Sample.DatabaseUri).UserInfo.Split(':')[1]);

    public async Task InitializeAsync()
    {
        var database = await DatabaseAsync();
        Sample = await SampleMattermost.CreateAsync(Options, database.Uri, Folder("mattermost"));
        Settings["MMDR_Mattermost__Directory"] = Sample.Directory;
        Settings["MMDR_Repository__Url"] = $"file://{RepositoryDirectory}";
        Settings["MMDR_Repository__Passphrase"] = Passphrase;
        Settings["MMDR_ConnectionStrings__State"] = Place("state.db");
        Settings["MMDR_Approvals__RestoreInPlace"] = "false";
        Settings["MMDR_Approvals__Prune"] = "false";
        await MustAsync("repository", "init");
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _directory.Dispose();
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

    /// <summary>Whatever document it prints is held against the shapes of docs/cli.md.</summary>
    internal async Task<ToolResult> RunAsync(params string[] arguments)
    {
        var result = await Tool.TryRunAsync(Program, arguments, Settings);
        if (arguments[^1] == "--json" && result.Output.Length > 0)
        {
            DocumentedShapes.AssertKept(arguments, result.Output);
        }

        return result;
    }

    internal async Task<ToolResult> MustAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"mmdr {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }

    /// <summary>Runs a command that has to be refused with this exit code, and gives the error of its one JSON document.</summary>
    internal async Task<JsonNode> RefusedAsync(int code, string reason, params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == result.ExitCode, $"mmdr {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
        var error = JsonNode.Parse(result.Output)!["error"]!;
        Assert.Equal(reason, (string?)error["code"]);
        return error;
    }

    /// <summary>The one JSON document that a command printed.</summary>
    internal async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse((await MustAsync([.. arguments, "--json"])).Output)!;

    /// <summary>Starts the program and leaves its output unread in files.</summary>
    internal Process Start(params string[] arguments) => Start(Settings, arguments);

    internal static Process Start(IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", Program, .. arguments]);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    internal async Task AssertRestoresAsync(string id, string dump, params string[] more)
    {
        var database = await DatabaseAsync();
        var (files, config) = (Folder($"files-{Guid.NewGuid():N}"), Folder($"config-{Guid.NewGuid():N}"));
        await MustAsync(["restore", id, "--database", TargetOf(database), "--files", files, "--config", config, .. more]);
        await AssertEqualAsync(database, files, config, dump);
    }

    internal async Task AssertEqualAsync(TestDatabase database, string files, string config, string dump)
    {
        Assert.Empty(TreeSnapshot.Of(Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(files)));
        Assert.Empty(TreeSnapshot.Of(Sample.ConfigDirectory).DifferencesTo(TreeSnapshot.Of(config)));
        Assert.Equal(dump, await PgDump.DumpAsync(database.Uri));
    }
}

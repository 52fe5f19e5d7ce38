using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Benchmarks;

/// <summary>
/// Converts and reverts a crowd by the real program against the stand-in, and prints accounts a second, the program's start and the key's derivation
/// included. A small crowd goes there and back first: what is measured is the program, not how the stand-in's code is compiled.
/// </summary>
internal sealed class SsoCommand : Command
{
    private const int Rehearsal = 200;

    private readonly Option<string> _program = new("--mmdr") { Description = "The program.", Required = true };
    private readonly Option<int> _people = new("--people") { Description = "How many.", DefaultValueFactory = _ => 1000 };
    private readonly Option<bool> _postgres = new("--postgres") { Description = "Keeps the state in PostgreSQL, not in SQLite." };
    private readonly Option<int> _goal = new("--goal") { Description = "Accounts a second each way; below it the exit code is 1.", DefaultValueFactory = _ => 100 };

    public SsoCommand()
        : base("sso", "Measures conversions. Needs MMDR_TESTKIT_POSTGRES.")
    {
        Options.Add(_program);
        Options.Add(_people);
        Options.Add(_postgres);
        Options.Add(_goal);
        SetAction((parsed, token) => RunAsync(parsed.GetValue(_program)!, parsed.GetValue(_people), parsed.GetValue(_postgres), parsed.GetValue(_goal), token));
    }

    private static async Task<int> RunAsync(string program, int people, bool postgres, int goal, CancellationToken cancellationToken)
    {
        using var directory = new TempDirectory();
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync(cancellationToken: cancellationToken);
        await using var state = await server.CreateDatabaseAsync(cancellationToken: cancellationToken);
        await using var mattermost = await MattermostStandIn.StartAsync(new StandInOptions { Database = database.ConnectionString }, cancellationToken);
        var bot = mattermost.AddBot("drbot", admin: true);
        var first = await CrowdAsync(mattermost, directory, "first", Rehearsal, cancellationToken);
        var list = await CrowdAsync(mattermost, directory, "crowd", people, cancellationToken);
        var settings = Settings(directory, database, mattermost, bot.Token);
        settings["MMDR_ConnectionStrings__State"] = postgres ? state.Uri + "?sslmode=disable" : directory.File("state.db");

        await TimeAsync(program, settings, ["repository", "init"], cancellationToken);
        await TimeAsync(program, settings, ["sso", "open", "gitlab", "--ticket", "BENCH", "--reason", "measuring", "--mail-depends", "false", "--force"], cancellationToken);
        await ThereAndBackAsync(program, settings, first, cancellationToken);
        var (there, back) = await ThereAndBackAsync(program, settings, list, cancellationToken);
        var left = await database.ScalarAsync<long>("select count(*) from users where (username like 'crowd%' or username like 'first%') and authservice <> 'gitlab'", cancellationToken);
        var isHeld = Math.Min(people / there.TotalSeconds, people / back.TotalSeconds) >= goal;
        Console.WriteLine($"{people} accounts, state in {(postgres ? "PostgreSQL" : "SQLite")}: convert {people / there.TotalSeconds:0} a second ({there.TotalSeconds:0.00} s); revert {people / back.TotalSeconds:0} a second ({back.TotalSeconds:0.00} s); left behind: {left}; the goal of {goal} a second is {(isHeld ? "held" : "missed")}");
        return left == 0 && isHeld ? 0 : 1;
    }

    private static async Task<string> CrowdAsync(MattermostStandIn mattermost, TempDirectory directory, string name, int people, CancellationToken cancellationToken)
    {
        var crowd = await mattermost.AddSsoUsersAsync(name, people, "gitlab");
        var list = directory.File(name + ".csv");
        await File.WriteAllLinesAsync(list, crowd.Select(person => person.Username), cancellationToken);
        return list;
    }

    private static async Task<(TimeSpan There, TimeSpan Back)> ThereAndBackAsync(string program, Dictionary<string, string> settings, string list, CancellationToken cancellationToken) => (
        await TimeAsync(program, settings, ["sso", "convert", "--file", list, "--ticket", "BENCH", "--json"], cancellationToken),
        await TimeAsync(program, settings, ["sso", "revert", "--all", "--json"], cancellationToken));

    private static Dictionary<string, string> Settings(TempDirectory directory, TestDatabase database, MattermostStandIn mattermost, string token)
    {
        var config = new JsonObject
        {
            ["SqlSettings"] = new JsonObject { ["DriverName"] = "postgres", ["DataSource"] = database.Uri + "?sslmode=disable" },
            ["FileSettings"] = new JsonObject { ["DriverName"] = "local" },
        };
        Directory.CreateDirectory(directory.File("mattermost/config"));
        File.WriteAllText(directory.File("mattermost/config/config.json"), config.ToJsonString());
        return new()
        {
            ["MMDR_Mattermost__Directory"] = directory.File("mattermost"),
            ["MMDR_Mattermost__Url"] = mattermost.Url.ToString(),
            ["MMDR_Mattermost__Token"] = token,
            ["MMDR_Repository__Url"] = $"file://{directory.File("repository")}",
            ["MMDR_Repository__Passphrase"] = "benchmark",
            ["MMDR_Approvals__ConvertMany"] = "0",
        };
    }

    private static async Task<TimeSpan> TimeAsync(string program, Dictionary<string, string> settings, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? watch.Elapsed : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }
}

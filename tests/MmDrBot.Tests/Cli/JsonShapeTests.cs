using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>What `--json` prints is a promise: docs/cli.md has a shape for every verb, and the program keeps to it.</summary>
public sealed partial class JsonShapeTests(CliFixture bench) : IClassFixture<CliFixture>
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.File("docs/cli.md"));

    public static TheoryData<string> Paths() => [.. MmDrBotHost.Verbs().Select(verb => verb.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_verb_has_a_documented_shape(string path) => Assert.NotEmpty(MembersOf(ShapeOf(path)));

    [Fact]
    public async Task What_the_program_prints_has_the_documented_members()
    {
        var file = bench.Place("new-passphrase");
        await File.WriteAllTextAsync(file, "another long passphrase 77\n");
        foreach (var words in new[]
        {
            "backup --label shape", "restore-points", "restore-point latest", "verify latest", "verify latest --level drill", "verifications", "repository test", "repository check", "repository read-back", "repository prune --dry-run", "repository rebuild-index",
            "key list", "key add --recovery", $"key add --new-passphrase-file {file}", "jobs", "alarm check", "audit", "audit verify", "audit export", "status", "config check", $"config init {bench.Place("made.json")}",
            "completion bash", "api-key create tool", "api-key list", $"restore latest --config {bench.Place("restored")} --plan", $"restore latest --config {bench.Place("restored")}",
        })
        {
            await AssertAsDocumentedAsync(words.Split(' '));
        }

        await AssertAsDocumentedAsync(["job", (string)(await bench.JsonAsync("jobs"))[0]!["id"]!]);
        await AssertAsDocumentedAsync(["api-key", "revoke", (string)(await bench.JsonAsync("api-key", "list"))[0]!["prefix"]!]);
        await AssertAsDocumentedAsync(["key", "remove", (string)(await bench.JsonAsync("key", "list"))[1]!["id"]!]);
        bench.Settings["MMDR_Approvals__ReleaseHold"] = "false";
        foreach (var words in new[]
        {
            "restore-point pin latest --reason shape", "restore-point hold latest --reason shape", "restore-points", "restore-point latest", "restore-point unpin latest", "restore-point release latest --reason shape",
            "retention set --last 9 --label manual", "retention show", "retention plan", "retention apply --yes", "retention remove",
        })
        {
            await AssertAsDocumentedAsync(words.Split(' '));
        }

        await bench.MustAsync("backup");
        await AssertAsDocumentedAsync(["forget", (string)(await bench.JsonAsync("restore-points"))[0]!["id"]!]);
    }

    [Fact]
    public async Task So_have_those_of_webhooks()
    {
        await using var receiver = await Webhooks.WebhookReceiver.StartAsync();
        bench.Settings["MMDR_Webhooks__AllowedNetworks__0"] = "127.0.0.0/8";
        foreach (var words in new[] { $"webhook add {receiver.Url} --name hook --events job.finished", "webhook list", "webhook test hook", "webhook deliveries hook" })
        {
            await AssertAsDocumentedAsync(words.Split(' '));
        }

        await AssertAsDocumentedAsync(["webhook", "redeliver", (string)(await bench.JsonAsync("webhook", "deliveries"))[0]!["id"]!]);
        await AssertAsDocumentedAsync(["webhook", "remove", "hook"]);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task So_have_those_of_schedules()
    {
        await AssertAsDocumentedAsync(["schedule", "add", "nightly", "--when", "daily 02:30", "--zone", "Europe/Berlin", "--run", "backup --label nightly"]);
        await AssertAsDocumentedAsync(["schedule", "run", "nightly"], "backup");
        foreach (var words in new[] { "schedules", "schedule show nightly", "schedule change nightly --jitter 10m", "schedule pause nightly", "schedule resume nightly", "schedule remove nightly" })
        {
            await AssertAsDocumentedAsync(words.Split(' '));
        }
    }

    private async Task AssertAsDocumentedAsync(string[] words, string? shape = null)
    {
        var path = shape ?? MmDrBotHost.Verbs().Select(verb => verb.Path).Where(verb => $"{string.Join(' ', words)} ".StartsWith(verb + " ", StringComparison.Ordinal)).MaxBy(verb => verb.Length)!;
        var result = await bench.RunAsync([.. words, "--json"]);
        var printed = JsonNode.Parse(result.Output)!;
        var (members, documented) = (Members(printed).Distinct().ToArray(), MembersOf(ShapeOf(path)));
        Assert.True(result.ExitCode == 0 && !members.Except(documented).Any(), $"{path}: {string.Join(' ', members.Except(documented))} not in docs/cli.md; {result.Error}{result.Output}");
        // One that is documented but never printed would be a broken promise.
        Assert.Subset(TopOf(path).ToHashSet(), ((printed as JsonArray)?.FirstOrDefault() ?? printed).AsObject().Select(member => member.Key).ToHashSet());
    }

    /// <summary>The verb's row of a table, or its paragraph with the indented document below.</summary>
    private static string ShapeOf(string path)
    {
        var row = Regex.Match(Page, $@"(?m)^\| `mmdr {path}(?:[ `][^\n]*)?$");
        var paragraph = Regex.Match(Page, $@"(?ms)^\*\*`mmdr {path}[ `].*?(?=^\*\*`|^## |\z)");
        var shape = row.Success ? row.Value.Split(" | ")[^1] : paragraph.Value;
        // "the job", "as convert": the shape of another verb.
        return shape.Trim(' ', '|') switch
        {
            "the job" or "list of jobs" => ShapeOf("job"),
            "the delivery" or "list of deliveries" => ShapeOf("webhook test"),
            "the schedule" or "list of schedules" => ShapeOf("schedule add"),
            "as convert" => ShapeOf("sso convert"),
            "list of entries" => ShapeOf("audit"),
            "the conversion" => ShapeOf("sso report"),
            _ => shape,
        };
    }

    private static HashSet<string> MembersOf(string shape) => [.. Member().Matches(shape).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> TopOf(string path) => MembersOf(ShapeOf(path));

    /// <summary>All member names but those of results of jobs, which are documented where the job is asked for.</summary>
    private static IEnumerable<string> Members(JsonNode? node) => node switch
    {
        JsonArray array => array.SelectMany(Members),
        JsonObject members => members.SelectMany(member => member.Key is "result" or "detail" or "progress" && node["kind"] is not null ? [member.Key] : Members(member.Value).Prepend(member.Key)),
        _ => [],
    };

    [GeneratedRegex("""["](\w+)":""")]
    private static partial Regex Member();
}

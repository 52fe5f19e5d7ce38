using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Cli;

/// <summary>What `--json` prints is a promise: docs/cli.md has a shape for every verb, and the program keeps to it.</summary>
public sealed class JsonShapeTests(CliFixture bench) : IClassFixture<CliFixture>
{
    public static TheoryData<string> Paths() => [.. MmDrBotHost.Verbs().Select(verb => verb.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_verb_has_a_documented_shape(string path) => Assert.NotEmpty(DocumentedShapes.Of(path));

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
        var result = await bench.RunAsync([.. words, "--json"]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.Error}{result.Output}");
        if (shape is not null)
        {
            DocumentedShapes.AssertKept(shape, JsonNode.Parse(result.Output)!);
        }
    }
}

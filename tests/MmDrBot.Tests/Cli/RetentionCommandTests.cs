using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Cli;

/// <summary>Retention as somebody on the host uses it.</summary>
public sealed class RetentionCommandTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_plan_is_shown_first_a_drastic_one_asks_twice_and_then_it_goes_and_stays_so()
    {
        var points = await BackUpsAsync(4);
        await _bench.RefusedAsync(1, "conflict", "retention", "apply", "--yes");
        await _bench.RefusedAsync(2, "invalid", "retention", "set");
        await _bench.RefusedAsync(2, "invalid", "retention", "set", "--within", "soon");
        var set = await _bench.JsonAsync("retention", "set", "--last", "2", "--zone", "Europe/Berlin");
        Assert.Equal(("state", 2, "Europe/Berlin"), ((string?)set["source"], (int?)set["policy"]!["default"]!["last"], (string?)set["policy"]!["timeZone"]));

        var plan = await _bench.JsonAsync("retention", "plan");
        Assert.Equal(points[..2].Reverse(), plan["decisions"]!.AsArray().Where(decision => !(bool)decision!["keep"]!).Select(decision => (string)decision!["id"]!));
        Assert.Equal(["not among the last 2"], plan["decisions"]![3]!["reasons"]!.AsArray().Select(reason => (string?)reason));
        Assert.True((bool)plan["asksTwice"]!);
        var shown = await _bench.RunAsync("retention", "apply");
        Assert.Equal(2, shown.ExitCode);
        Assert.Contains("REMOVE", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was removed: --yes removes.", shown.Error, StringComparison.Ordinal);

        var name = (string)plan["plan"]!;
        var refused = await _bench.RefusedAsync(1, "conflict", "retention", "apply", "--yes");
        Assert.Contains("2 of 4 restore points", (string?)refused["message"], StringComparison.Ordinal);
        Assert.Contains($"--confirm {name}", (string?)refused["hint"], StringComparison.Ordinal);
        await _bench.RefusedAsync(1, "stale", "retention", "apply", "--yes", "--plan", "0000000000000000");
        Assert.Equal(4, ((JsonArray)await _bench.JsonAsync("restore-points")).Count);

        var done = await _bench.JsonAsync("retention", "apply", "--yes", "--plan", name, "--confirm", name);
        Assert.Equal(points[..2], done["forgotten"]!.AsArray().Select(id => (string)id!));
        Assert.Equal((name, 2), ((string?)done["plan"], (int?)done["kept"]));
        Assert.InRange((int)done["pruned"]!["condemned"]!, 0, 9);
        Assert.Empty((await _bench.JsonAsync("retention", "apply", "--yes"))["forgotten"]!.AsArray());
        await _bench.MustAsync("repository", "check", "--read-data");

        // By now the policy is known: it asks once.
        await BackUpsAsync(2);
        Assert.Equal(2, (await _bench.JsonAsync("retention", "apply", "--yes"))["forgotten"]!.AsArray().Count);
        Assert.Equal(4, AuditOf("restore_point.forgotten", await _bench.JsonAsync("audit", "--limit", "200")).Count());
        Assert.Equal("none", (string?)(await _bench.JsonAsync("retention", "remove"))["source"]);
        Assert.DoesNotContain((await _bench.JsonAsync("retention", "plan"))["decisions"]!.AsArray(), decision => !(bool)decision!["keep"]!);
    }

    [Fact]
    public async Task What_is_pinned_or_held_stays_and_a_hold_ends_with_a_reason_and_a_second_person()
    {
        var points = await BackUpsAsync(4);
        await _bench.JsonAsync("retention", "set", "--last", "1");
        await _bench.RefusedAsync(2, "invalid", "restore-point", "hold", points[0]);
        await _bench.JsonAsync("restore-point", "pin", points[1][..8], "--reason", "before the move");
        await _bench.JsonAsync("restore-point", "hold", points[0], "--reason", "case 7");
        await _bench.JsonAsync("restore-point", "hold", points[0], "--reason", "case 8");

        var plan = (string)(await _bench.JsonAsync("retention", "plan"))["plan"]!;
        var done = await _bench.JsonAsync("retention", "apply", "--yes", "--confirm", plan);
        Assert.Equal([points[2]], done["forgotten"]!.AsArray().Select(id => (string)id!));
        var listed = ((JsonArray)await _bench.JsonAsync("restore-points")).ToDictionary(point => (string)point!["id"]!, point => point!["pins"]!.AsArray().Select(pin => (string)pin!["kind"]!).ToArray());
        Assert.Equal(["hold", "hold"], listed[points[0]]);
        Assert.Equal(["pin"], listed[points[1]]);
        Assert.Contains("restore-point unpin", (string?)(await _bench.RefusedAsync(1, "conflict", "forget", points[1]))["hint"], StringComparison.Ordinal);
        Assert.Contains("case", (string?)(await _bench.RefusedAsync(1, "conflict", "forget", points[0]))["message"], StringComparison.Ordinal);

        await _bench.JsonAsync("restore-point", "unpin", points[1]);
        await _bench.RefusedAsync(1, "not_found", "restore-point", "unpin", points[1]);
        await _bench.MustAsync("forget", points[1]);
        var several = await _bench.RefusedAsync(2, "invalid", "restore-point", "release", points[0], "--reason", "settled");
        Assert.Contains("held 2 times", (string?)several["message"], StringComparison.Ordinal);
        var first = (string)(await _bench.JsonAsync("restore-point", points[0]))["pins"]![0]!["id"]!;
        string[] release = ["restore-point", "release", points[0], "--reason", "settled", "--hold", first[..10]];
        await _bench.RefusedAsync(13, "needs_approval", release);
        await _bench.MustAsync([.. release, "--break-glass", "alone"]);
        Assert.Single((await _bench.JsonAsync("restore-point", points[0]))["pins"]!.AsArray());
        await _bench.RefusedAsync(1, "conflict", "forget", points[0]);
        Assert.Contains("case 8", (await _bench.MustAsync("restore-point", points[0])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_restore_point_of_all_is_forgotten_only_when_that_is_meant()
    {
        var points = await BackUpsAsync(2);
        await _bench.MustAsync("forget", points[0]);
        await _bench.RefusedAsync(1, "conflict", "forget", points[1]);
        await _bench.MustAsync("forget", points[1], "--even-last");
    }

    [Fact]
    public async Task Without_the_state_it_goes_by_the_settings_and_asks_twice_each_time()
    {
        var points = await BackUpsAsync(4);
        _bench.Settings["MMDR_ConnectionStrings__State"] = "postgres://nobody:nothing@127.0.0.1:1/nothing";
        Assert.Equal("none", (string?)(await _bench.JsonAsync("retention", "show"))["source"]);
        _bench.Settings["MMDR_Retention__Default__Last"] = "3";
        var mild = await _bench.RefusedAsync(1, "conflict", "retention", "apply", "--yes");
        Assert.Contains("can't be known", (string?)mild["message"], StringComparison.Ordinal);
        _bench.Settings["MMDR_Retention__Default__Last"] = "1";
        Assert.Equal("settings", (string?)(await _bench.JsonAsync("retention", "show"))["source"]);
        var plan = (string)(await _bench.JsonAsync("retention", "plan"))["plan"]!;
        await _bench.RefusedAsync(1, "conflict", "retention", "apply", "--yes");

        var done = await _bench.JsonAsync("retention", "apply", "--yes", "--confirm", plan);

        Assert.Equal(points[..3], done["forgotten"]!.AsArray().Select(id => (string)id!));
        await _bench.MustAsync("repository", "check");
        _bench.Settings["MMDR_Retention__TimeZone"] = "Europe/Atlantis";
        await _bench.RefusedAsync(2, "settings", "retention", "show");
    }

    private async Task<string[]> BackUpsAsync(int count)
    {
        var points = new string[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = (string)(await _bench.JsonAsync("backup", "--only", "config"))["restorePoint"]!;
        }

        return points;
    }

    private static IEnumerable<JsonNode> AuditOf(string action, JsonNode audit) => audit["entries"]!.AsArray().Where(entry => (string?)entry!["action"] == action)!;
}

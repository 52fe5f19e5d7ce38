using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Jobs;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Doors;

/// <summary>A service that can drill, and two channels that hear of it.</summary>
public sealed class DrillFixture : BotFixture
{
    internal StandInChannel Passed { get; private set; } = null!;

    internal StandInChannel Failed { get; private set; } = null!;

    private protected override async Task<Dictionary<string, string?>> FurtherSettingsAsync()
    {
        (Passed, Failed) = (Mattermost.AddChannel("drills", members: [Bot]), Mattermost.AddChannel("alerts", members: [Bot]));
        return new Dictionary<string, string?>
        {
            ["Announcements:Events:drill_passed:0"] = Passed.Id,
            ["Announcements:Events:drill_failed:0"] = Failed.Id,
            ["Drills:DatabaseUrl"] = await EmptyDatabaseAsync(),
            ["Drills:Directory"] = Place("drills"),
        };
    }
}

/// <summary>What the announcements' channels and REST tell of a drill.</summary>
public sealed class DrillNewsTests(DrillFixture bot) : IClassFixture<DrillFixture>
{
    [Fact]
    public async Task A_drill_that_passed_is_said_and_its_result_is_to_be_had_by_REST_and_so_is_one_that_failed()
    {
        var point = BotFixture.ResultOf(await bot.TypeJobAsync("/dr backup"), "restorePoint");
        using var client = bot.Client(bot.FullKey);
        Assert.Equal(JobState.Succeeded, (await bot.TypeJobAsync("/dr verify latest")).State);
        Assert.Empty(SaidIn(bot.Passed));

        var passed = await DrillAsync(client, point);
        Assert.Equal(("succeeded", true, "drill"), ((string?)passed["state"], (bool)passed["result"]!["good"]!, (string?)passed["result"]!["level"]));
        Assert.Contains(passed["result"]!["checks"]!.AsArray(), check => (string?)check!["name"] == "certificates" && (string?)check["outcome"] == "passed");
        Assert.Contains("and is right", await SayingAsync(bot.Passed, point[..8]), StringComparison.Ordinal);
        var record = (await client.GetFromJsonAsync<JsonArray>($"/api/v1/verifications?restorePoint={point}"))![0]!;
        Assert.Equal(("drill", true), ((string?)record["level"], (bool)record["good"]!));
        Assert.Equal((double)passed["result"]!["restoreSeconds"]!, (double)record["restoreSeconds"]!);

        var pack = Directory.GetFiles(Path.Combine(bot.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories)[0];
        File.Move(pack, bot.Place("pack"));
        var failed = await DrillAsync(client, point);
        File.Move(bot.Place("pack"), pack);
        Assert.Equal(("failed", "damaged"), ((string?)failed["state"], (string?)failed["error"]!["code"]));
        Assert.Contains("damaged", await SayingAsync(bot.Failed, point[..8]), StringComparison.Ordinal);
        Assert.Single(SaidIn(bot.Passed));
        Assert.False((bool)(await client.GetFromJsonAsync<JsonArray>($"/api/v1/verifications?restorePoint={point}"))![0]!["good"]!);
    }

    /// <summary>The job as REST shows it at its end.</summary>
    private async Task<JsonNode> DrillAsync(HttpClient client, string point)
    {
        using var started = await client.PostAsJsonAsync("/api/v1/verifications", new { restorePoint = point, level = "drill" });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, started.StatusCode);
        var job = started.Headers.Location!.ToString();
        await bot.EndOfAsync(job.Split('/')[^1]);
        return (await client.GetFromJsonAsync<JsonNode>(job))!;
    }

    private async Task<string> SayingAsync(StandInChannel channel, string words)
    {
        await Data.Eventually.IsTrueAsync(() => Task.FromResult(SaidIn(channel).Any(text => text.Contains(words, StringComparison.Ordinal))));
        return SaidIn(channel).First(text => text.Contains(words, StringComparison.Ordinal));
    }

    private string[] SaidIn(StandInChannel channel) => [.. bot.Mattermost.Posts.Where(post => post.ChannelId == channel.Id).Select(post => post.Message)];
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Scheduling;

/// <summary>Chat and REST make, show and change the same schedules.</summary>
[Collection(BotCollection.Name)]
public sealed class ScheduleDoorTests(BotFixture bot)
{
    [Fact]
    public async Task A_schedule_of_chat_is_shown_changed_and_removed_by_REST()
    {
        using var client = bot.Client(bot.FullKey);

        var made = await bot.TypeAsync("/dr schedule add Doors —when “daily 02:30” —zone Europe/Berlin —jitter 10m — backup --label “by chat”");
        Assert.Contains("Schedule **doors** is made. It runs `backup --label \"by chat\"`: daily 02:30 (`30 2 * * *`), Europe/Berlin.", made.Text, StringComparison.Ordinal);
        using var shown = await client.GetAsync(Path("schedules/doors"));
        var (view, tag) = (await JsonAsync(shown), shown.Headers.ETag!);
        Assert.Equal(("backup", "mattermost:alice", "10m", "on", 5), ((string?)view["kind"], (string?)view["createdBy"], (string?)view["jitter"], (string?)view["state"], view["next"]!.AsArray().Count));

        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(client, new { when = "weekly sun 03:00" }, tag)).StatusCode);
        await ProblemAsync(await PatchAsync(client, new { when = "hourly" }, tag), HttpStatusCode.PreconditionFailed, "stale");
        Assert.Contains("weekly sun 03:00", (await bot.TypeAsync("/dr schedules")).Text, StringComparison.Ordinal);
        Assert.Contains("Schedule **doors** rests", (await bot.TypeAsync("/dr schedule pause doors")).Text, StringComparison.Ordinal);
        Assert.Equal("paused", (string?)(await client.GetFromJsonAsync<JsonNode>(Path("schedules/doors")))!["state"]);
        using var resumed = await client.PostAsync(Path("schedules/doors/resume"), null);
        Assert.Equal("on", (string?)(await JsonAsync(resumed))["state"]);

        using var removed = await client.DeleteAsync(Path("schedules/doors"));
        Assert.Equal("doors", (string?)(await JsonAsync(removed))["removed"]);
        Assert.Contains("There is no schedule doors", (await bot.TypeAsync("/dr schedule show doors")).Text, StringComparison.Ordinal);
        var audited = (await bot.AuditAsync()).Where(record => record.Entry.Target == "doors").Select(record => record.Entry.Action).Reverse();
        Assert.Equal(["schedule.added", "schedule.changed", "schedule.paused", "schedule.resumed", "schedule.removed"], audited);
    }

    [Fact]
    public async Task Run_now_runs_in_the_name_of_whoever_asks_and_is_in_the_history()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        using var made = await client.PostAsJsonAsync(Path("schedules"), new { name = "proof", when = "monthly 1 04:00", command = "verify latest" });
        Assert.Equal((HttpStatusCode.Created, "/api/v1/schedules/proof"), (made.StatusCode, made.Headers.Location?.ToString()));

        var byChat = await bot.TypeJobAsync("/dr schedule run proof");
        using var accepted = await client.PostAsync(Path("schedules/proof/run"), null);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var byRest = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);

        Assert.Equal((JobState.Succeeded, "verify", "mattermost:alice"), (byChat.State, byChat.Kind, byChat.ActorName));
        Assert.Equal((JobState.Succeeded, Door.Rest), (byRest.State, byRest.Door));
        var runs = (await client.GetFromJsonAsync<JsonNode>(Path("schedules/proof")))!["runs"]!.AsArray();
        Assert.Equal([byRest.Id, byChat.Id], runs.Select(run => (string?)run!["job"]));
        var text = (await bot.TypeAsync("/dr schedule show proof")).Text;
        Assert.Contains("By hand, by mattermost:alice", text, StringComparison.Ordinal);
        await bot.TypeAsync("/dr schedule remove proof");
    }

    [Fact]
    public async Task Run_now_applies_retention_without_a_plan_as_the_schedule_does()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        await bot.TypeAsync("/dr retention set --last 1000");
        Assert.Contains("--yes removes", (await bot.TypeAsync("/dr schedule add tidy --when \"daily 05:00\" --run \"retention apply\"")).Text, StringComparison.Ordinal);
        await bot.TypeAsync("/dr schedule add tidy --when \"daily 05:00\" --run \"retention apply --yes --no-prune\"");

        var byChat = await bot.TypeJobAsync("/dr schedule run tidy");
        using var accepted = await client.PostAsync(Path("schedules/tidy/run"), null);
        var byRest = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);

        Assert.All([byChat, byRest], job => Assert.Equal((JobState.Succeeded, "retention", null), (job.State, job.Kind, job.Error?.Message)));
        await bot.TypeAsync("/dr schedule remove tidy");
        await bot.TypeAsync("/dr retention remove");
    }

    [Theory]
    [InlineData("/dr schedule add x --when \"daily 02:30\" --run \"restore latest\"", "can't be put on a schedule")]
    [InlineData("/dr schedule add x --when \"daily 26:30\" --run backup", "neither a time like")]
    [InlineData("/dr schedule add x --run backup", "Say when it is due")]
    [InlineData("/dr schedule add x --when hourly", "Say what is to run")]
    [InlineData("/dr schedule add \"x y\" --when hourly --run backup", "A schedule's name")]
    [InlineData("/dr schedule add x --when hourly --run backup -- verify latest", "Two commands are given")]
    [InlineData("/dr schedule add x --when hourly --catch-up --skip-missed --run backup", "say the opposite")]
    [InlineData("/dr schedule change nobody --when hourly", "There is no schedule nobody")]
    public async Task What_can_not_be_is_refused_in_words(string line, string words) =>
        Assert.Contains(words, (await bot.TypeAsync(line)).Text, StringComparison.Ordinal);

    [Fact]
    public async Task Without_the_permission_there_is_no_schedule()
    {
        using var client = bot.Client(await bot.NewKeyAsync(Permission.ViewStatus, Permission.TakeBackup));

        using var refused = await client.PostAsJsonAsync(Path("schedules"), new { name = "x", when = "hourly", command = "backup" });

        await ProblemAsync(refused, HttpStatusCode.Forbidden, "forbidden");
        Assert.NotNull(await client.GetFromJsonAsync<JsonArray>(Path("schedules")));
    }

    [Fact]
    public async Task A_form_asks_where_nothing_was_typed_and_puts_faults_at_their_fields()
    {
        await bot.TypeAsync("/dr schedule add");
        var dialog = bot.Mattermost.Dialogs[^1];

        var faulty = await bot.Mattermost.SubmitAsync(bot.Admin, bot.Channel, dialog, new JsonObject { ["NAME"] = "formed", ["--when"] = "sometime", ["--run"] = "backup" }, CancellationToken.None);
        Assert.Contains("Not understood", faulty.Body.ToJsonString(), StringComparison.Ordinal);
        await bot.TypeAsync("/dr schedule add");
        await bot.Mattermost.SubmitAsync(bot.Admin, bot.Channel, bot.Mattermost.Dialogs[^1], new JsonObject { ["NAME"] = "formed", ["--when"] = "daily 02:30", ["--run"] = "backup --label \"by form\"" }, CancellationToken.None);

        Assert.Contains("by form", (await bot.TypeAsync("/dr schedule show formed")).Text, StringComparison.Ordinal);
        await bot.TypeAsync("/dr schedule remove formed");
    }

    [Fact]
    public async Task Status_says_that_no_schedule_takes_backups_and_when_the_next_one_is()
    {
        using var client = bot.Client(bot.FullKey);
        foreach (var schedule in (await client.GetFromJsonAsync<JsonNode>(Path("schedules")))!.AsArray())
        {
            // Of tests before this one.
            await bot.TypeAsync($"/dr schedule remove {schedule!["name"]}");
        }

        Assert.Contains("No schedule takes backups", (string?)(await client.GetFromJsonAsync<JsonNode>(Path("status")))!["notes"]![0], StringComparison.Ordinal);
        await bot.TypeAsync("/dr schedule add standing --when \"daily 02:30\" --run backup");

        var status = (await client.GetFromJsonAsync<JsonNode>(Path("status")))!;
        Assert.Equal((30, 0), (((DateTimeOffset)status["nextBackupAt"]!).Minute, status["notes"]!.AsArray().Count));
        await bot.TypeAsync("/dr schedule remove standing");
    }

    [Fact]
    public async Task Five_are_listed_in_chat_and_more_at_a_click()
    {
        string[] names = [.. Enumerable.Range(1, 6).Select(number => $"many{number}")];
        foreach (var name in names)
        {
            await bot.TypeAsync($"/dr schedule add {name} --when \"daily 02:30\" --run backup");
        }

        var list = Assert.Single((await bot.TypeAsync("/dr schedules")).Messages);
        var more = await bot.Mattermost.ClickAsync(bot.Admin, list, "More", CancellationToken.None);
        foreach (var name in names)
        {
            await bot.TypeAsync($"/dr schedule remove {name}");
        }

        Assert.Contains("more: `schedules --limit", list.Text, StringComparison.Ordinal);
        Assert.Equal(5, list.Text.Split('\n').Count(line => line.StartsWith("- **", StringComparison.Ordinal)));
        Assert.All(names, name => Assert.Contains($"**{name}**", more.Text, StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, object body, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Path("schedules/doors")) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(tag);
        return await client.SendAsync(request);
    }
}

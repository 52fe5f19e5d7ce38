using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

/// <summary>Retention by REST and in chat; each test has a label of its own, and leaves the others' restore points alone.</summary>
[Collection(BotCollection.Name)]
public sealed class RetentionDoorTests(BotFixture bot) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => bot.TypeAsync("/dr retention remove");

    [Fact]
    public async Task By_REST_a_policy_is_set_planned_and_applied_as_it_was_seen()
    {
        using var client = bot.Client(bot.FullKey);
        var points = await BackUpsAsync("rest-retention", 3);
        using var seen = await client.GetAsync(Path("retention"));
        var policy = new { labels = new Dictionary<string, object> { ["rest-retention"] = new { last = 1 } }, timeZone = "Europe/Berlin" };

        using var set = await SetAsync(client, policy, seen.Headers.ETag!.ToString());
        using var stale = await SetAsync(client, policy, seen.Headers.ETag!.ToString());
        using var wrong = await SetAsync(client, new { timeZone = "Europe/Atlantis" }, null);
        Assert.Equal(("state", 1), ((string?)(await JsonAsync(set))["source"], (int?)(await JsonAsync(set))["policy"]!["labels"]!["rest-retention"]!["last"]));
        await ProblemAsync(stale, HttpStatusCode.PreconditionFailed, "stale");
        await ProblemAsync(wrong, HttpStatusCode.BadRequest, "invalid");

        using var other = await client.PostAsJsonAsync(Path("retention/plan"), new { policy = new { labels = new Dictionary<string, object> { ["rest-retention"] = new { last = 9 } } } });
        Assert.Equal(0, (int?)(await JsonAsync(other))["removed"]);
        using var planned = await client.PostAsync(Path("retention/plan"), null);
        var plan = await JsonAsync(planned);
        Assert.Equal(points[..2], plan["decisions"]!.AsArray().Where(decision => !(bool)decision!["keep"]!).Select(decision => (string)decision!["id"]!).Reverse());

        using var blind = await client.PostAsync(Path("retention/runs"), null);
        using var outdated = await client.PostAsJsonAsync(Path("retention/runs"), new { plan = "0000000000000000" });
        using var elsewhere = await client.GetAsync(Path("retention?repository=nowhere"));
        await ProblemAsync(elsewhere, HttpStatusCode.NotFound, "not_found");
        await ProblemAsync(blind, HttpStatusCode.BadRequest, "invalid");
        await ProblemAsync(outdated, HttpStatusCode.PreconditionFailed, "stale");
        using var accepted = await client.PostAsJsonAsync(Path("retention/runs"), new { plan = (string)plan["plan"]!, confirm = (string)plan["plan"]! });
        var job = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error?.Message));
        Assert.Equal(points[..2], JsonNode.Parse(job.ResultJson!)!["forgotten"]!.AsArray().Select(id => (string)id!));
        using var removed = await client.DeleteAsync(Path("retention"));
        Assert.Equal("none", (string?)(await JsonAsync(removed))["source"]);
    }

    [Fact]
    public async Task In_chat_the_plan_has_a_button_which_asks_before_anything_goes()
    {
        var points = await BackUpsAsync("chat-retention", 6);
        var set = await bot.TypeAsync("/dr retention set --label chat-retention --last 5");
        Assert.Contains("1 restore point would go", set.Text, StringComparison.Ordinal);
        var plan = await bot.TypeAsync("/dr retention plan");
        Assert.Contains("not among the last 5", plan.Text, StringComparison.Ordinal);
        Assert.Contains("Only a plan that was shown", (await bot.TypeAsync("/dr retention apply --yes")).Text, StringComparison.Ordinal);

        var dialogs = bot.Mattermost.Dialogs.Count;
        await bot.Mattermost.ClickAsync(bot.Admin, plan.Messages[0], "Remove 1", CancellationToken.None);
        Assert.Equal(dialogs + 1, bot.Mattermost.Dialogs.Count);
        var dialog = bot.Mattermost.Dialogs[^1];
        var name = (string)dialog.Dialog["elements"]![0]!["default"]!;
        Assert.Contains(name, plan.Text, StringComparison.Ordinal);
        Assert.Contains(await IdsAsync(), id => id == points[0]);

        var sent = await bot.Mattermost.SubmitAsync(bot.Admin, bot.Channel, dialog, new JsonObject { ["--plan"] = name, ["--yes"] = true }, CancellationToken.None);
        Assert.True(sent.Closes, sent.Body.ToJsonString());
        var job = (await bot.Get<JobStore>().ListAsync(1, null, CancellationToken.None))[0];
        Assert.Equal((JobState.Succeeded, ApplyKind), ((await bot.EndOfAsync(job.Id)).State, job.Kind));
        Assert.DoesNotContain(points[0], await IdsAsync());
        Assert.Equal(5, (await IdsAsync()).Count(points.Contains));
        Assert.Contains("You have no role", (await bot.TypeAsync("/dr retention remove", bot.Plain)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pins_and_holds_are_set_and_ended_by_REST()
    {
        using var client = bot.Client(bot.FullKey);
        using var weak = bot.Client(await bot.NewKeyAsync(Permission.ViewRestorePoints, Permission.PinRestorePoints));
        var id = (await BackUpsAsync("pins", 1))[0];

        using var pinned = await weak.PutAsJsonAsync(Path($"restore-points/{id}/pin"), new { reason = "before the move" });
        using var held = await weak.PostAsJsonAsync(Path($"restore-points/{id}/holds"), new { reason = "case 7" });
        using var bare = await weak.PostAsync(Path($"restore-points/{id}/holds"), null);
        Assert.Equal("pin", (string?)(await JsonAsync(pinned))["pins"]![0]!["kind"]);
        await ProblemAsync(bare, HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["pin", "hold"], (await client.GetFromJsonAsync<JsonNode>(Path($"restore-points/{id}")))!["pins"]!.AsArray().Select(pin => (string?)pin!["kind"]));
        using var forget = await client.DeleteAsync(Path($"restore-points/{id}"));
        await ProblemAsync(forget, HttpStatusCode.Conflict, "conflict");

        using var unpinned = await weak.DeleteAsync(Path($"restore-points/{id}/pin"));
        Assert.Equal(HttpStatusCode.OK, unpinned.StatusCode);
        var release = Path($"restore-points/{id}/holds/{(string)(await JsonAsync(held))["pins"]![0]!["id"]!}/release");
        using var forbidden = await weak.PostAsJsonAsync(release, new { reason = "settled" });
        using var approval = await client.PostAsJsonAsync(release, new { reason = "settled" });
        await ProblemAsync(forbidden, HttpStatusCode.Forbidden, "forbidden");
        await ProblemAsync(approval, HttpStatusCode.Forbidden, "needs_approval");
        var actions = (await bot.AuditAsync()).Where(record => record.Entry.Target == id).Select(record => record.Entry.Action).ToHashSet();
        Assert.Superset(new HashSet<string> { "restore_point.pinned", "restore_point.held", "restore_point.unpinned" }, actions);
    }

    private const string ApplyKind = "retention";

    private static async Task<HttpResponseMessage> SetAsync(HttpClient client, object policy, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Path("retention")) { Content = JsonContent.Create(policy) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private async Task<string[]> BackUpsAsync(string label, int count)
    {
        var points = new string[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = BotFixture.ResultOf(await bot.TypeJobAsync($"/dr backup --only config --label {label}"), "restorePoint");
        }

        return points;
    }

    private async Task<IReadOnlyList<string>> IdsAsync() =>
        [.. (await (await bot.Get<MmDrBot.Protection.RepositoryProvider>().OpenAsync(CancellationToken.None)).RestorePointsAsync((_, _) => { }, CancellationToken.None)).Select(point => point.Id.ToString())];
}

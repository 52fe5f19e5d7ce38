using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Webhooks;

[Collection(BotCollection.Name)]
public sealed class WebhookApiTests(BotFixture bot)
{
    [Fact]
    public async Task A_webhook_added_by_REST_is_told_of_a_backup_asked_for_in_chat()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var client = bot.Client(bot.FullKey);
        // Those of other tests lead nowhere, and each attempt takes its time.
        foreach (var other in (await GetAsync(client, "webhooks")).AsArray())
        {
            using var taken = await client.DeleteAsync(Path($"webhooks/{other!["id"]}"));
        }

        using var answer = await client.PostAsJsonAsync(Path("webhooks"), new { url = receiver.Url, events = new[] { "job.finished" }, name = "rest" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var added = await JsonAsync(answer);
        var (id, secret) = ((string)added["webhook"]!["id"]!, (string)added["secret"]!);

        var job = await bot.TypeJobAsync("/dr backup --only config");

        await Data.Eventually.IsTrueAsync(() => Task.FromResult(!receiver.Received.IsEmpty));
        var received = receiver.Received.First();
        Assert.True(received.IsSignedWith(secret));
        Assert.Equal(job.Id, (string?)received.Json["data"]!["job"]);
        await Data.Eventually.IsTrueAsync(async () => (string?)(await GetAsync(client, $"webhooks/{id}/deliveries"))[0]?["state"] == "delivered");
        Assert.DoesNotContain(secret[6..], (await GetAsync(client, "webhooks")).ToJsonString(), StringComparison.Ordinal);

        using var test = await client.PostAsJsonAsync(Path($"webhooks/{id}/test"), new { });
        Assert.Equal("delivered", (string?)(await JsonAsync(test))["state"]);
        using var again = await client.PostAsJsonAsync(Path($"webhooks/deliveries/{received.Id}/redeliver"), new { });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var removed = await client.DeleteAsync(Path($"webhooks/{id}"));
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        using var gone = await client.DeleteAsync(Path($"webhooks/{id}"));
        await ProblemAsync(gone, HttpStatusCode.NotFound, "not_found");
        var actions = (await bot.AuditAsync()).Select(record => record.Entry.Action).ToHashSet();
        Assert.Subset(actions, new HashSet<string> { "webhook.added", "webhook.tested", "webhook.redelivered", "webhook.removed" });
    }

    [Fact]
    public async Task What_may_not_be_called_or_asked_is_refused()
    {
        using var client = bot.Client(bot.FullKey);
        foreach (var body in new object[] { new { url = "http://169.254.169.254/latest/meta-data/" }, new { url = "https://example.org", events = new[] { "no.event" } }, new { } })
        {
            using var answer = await client.PostAsJsonAsync(Path("webhooks"), body);
            await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
        }

        using var other = bot.Client(await bot.NewKeyAsync(Permission.ViewStatus));
        using var forbidden = await other.PostAsJsonAsync(Path("webhooks"), new { url = "https://example.org" });
        await ProblemAsync(forbidden, HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<JsonNode> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(Path(path));
        return await JsonAsync(answer);
    }
}

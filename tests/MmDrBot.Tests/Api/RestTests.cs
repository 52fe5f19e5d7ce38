using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class RestTests(BotFixture bot)
{
    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("mmdr_00000000_0000000000000000000000000000000000000000000000000000")]
    public async Task Without_a_valid_key_every_path_answers_401(string? key)
    {
        using var client = bot.Client(key);
        foreach (var path in new[] { "restore-points", "jobs", "status", "audit-entries", "no-such-thing", "restore-points/latest" })
        {
            using var answer = await client.GetAsync(Path(path));

            var problem = await ProblemAsync(answer, HttpStatusCode.Unauthorized, "unauthorized");
            Assert.NotNull(problem["hint"]);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task A_key_opens_only_what_it_was_made_for()
    {
        using var client = bot.Client(await bot.NewKeyAsync(Permission.ViewStatus));

        using var allowed = await client.GetAsync(Path("status"));
        using var backup = await client.PostAsJsonAsync(Path("backups"), new { });
        using var points = await client.GetAsync(Path("restore-points"));
        using var audit = await client.GetAsync(Path("audit-entries"));
        using var forget = await client.DeleteAsync(Path("restore-points/latest"));

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        foreach (var answer in new[] { backup, points, audit, forget })
        {
            var problem = await ProblemAsync(answer, HttpStatusCode.Forbidden, "forbidden");
            Assert.NotNull(problem["hint"]);
        }
    }

    [Fact]
    public async Task A_backup_is_accepted_and_its_job_can_be_followed_to_the_end()
    {
        using var client = bot.Client(bot.FullKey);

        using var answer = await client.PostAsJsonAsync(Path("backups"), new { label = "by REST" });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var accepted = await JsonAsync(answer);
        Assert.Equal($"/api/v1/jobs/{accepted["id"]}", answer.Headers.Location?.ToString());
        await bot.EndOfAsync((string)accepted["id"]!);
        var job = (await client.GetFromJsonAsync<JsonNode>(answer.Headers.Location))!;
        Assert.Equal("succeeded", (string?)job["state"]);
        var point = (await client.GetFromJsonAsync<JsonNode>(Path($"restore-points/{job["result"]!["restorePoint"]}")))!;
        Assert.Equal(("by REST", "complete"), ((string?)point["label"], (string?)point["state"]));
        var actions = (await client.GetFromJsonAsync<JsonArray>(Path("audit-entries")))!.Where(entry => (string?)entry!["target"] == (string?)accepted["id"]).Select(entry => (string?)entry!["action"]);
        Assert.Equal(["backup.succeeded", "backup.started", "backup.requested"], actions);
    }

    [Fact]
    public async Task A_second_backup_is_a_conflict_and_a_running_one_can_be_cancelled()
    {
        using var client = bot.Client(bot.FullKey);
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            using var first = await client.PostAsJsonAsync(Path("backups"), new { });
            id = (string)(await JsonAsync(first))["id"]!;

            using var second = await client.PostAsJsonAsync(Path("backups"), new { });
            var problem = await ProblemAsync(second, HttpStatusCode.Conflict, "locked");
            Assert.Contains(id, (string?)problem["detail"], StringComparison.Ordinal);

            using var cancel = await client.PostAsync(Path($"jobs/{id}/cancel"), null);
            Assert.Equal(HttpStatusCode.OK, cancel.StatusCode);
            await bot.EndOfAsync(id);
        }

        var job = (await client.GetFromJsonAsync<JsonNode>(Path($"jobs/{id}")))!;
        Assert.Equal("cancelled", (string?)job["state"]);
        using var again = await client.PostAsync(Path($"jobs/{id}/cancel"), null);
        await ProblemAsync(again, HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("backups", "{")]
    [InlineData("backups", "")]
    [InlineData("backups", "null")]
    [InlineData("backups", "[]")]
    [InlineData("backups", "{\"label\":7}")]
    [InlineData("backups", "{\"components\":[null]}")]
    [InlineData("backups", "{\"components\":[\"everything\"]}")]
    [InlineData("backups", "{\"label\":\"a\\nb\"}")]
    [InlineData("backups", "{\"label\":\"this label is by far too long, it has more than the sixty-four characters that a label may have\"}")]
    [InlineData("verifications", "{}")]
    [InlineData("verifications", "{\"restorePoint\":\"latest\",\"level\":\"deep\"}")]
    public async Task A_body_that_is_not_valid_answers_400(string path, string body)
    {
        using var client = bot.Client(bot.FullKey);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(Path(path), content);

        await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_at_all_answers_a_problem()
    {
        using var client = bot.Client(bot.FullKey);
        using var content = new StringContent("label=x", Encoding.UTF8, "text/plain");

        using var answer = await client.PostAsync(Path("backups"), content);

        await ProblemAsync(answer, HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("jobs?limit=many")]
    [InlineData("jobs?limit=0")]
    [InlineData("jobs?limit=501")]
    [InlineData("jobs?after=")]
    [InlineData("restore-points?after=nonsense")]
    [InlineData("api-keys?after=nonsense")]
    [InlineData("audit-entries?after=yesterday")]
    public async Task A_query_that_is_not_valid_answers_400(string path)
    {
        using var client = bot.Client(bot.FullKey);

        using var answer = await client.GetAsync(Path(path));

        await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
    }

    [Theory]
    [InlineData("no-such-thing")]
    [InlineData("jobs/zzzzzzzz")]
    [InlineData("restore-points/00000000000000")]
    public async Task What_is_not_there_answers_404(string path)
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();

        using var answer = await client.GetAsync(Path(path));

        await ProblemAsync(answer, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_job_that_is_not_there_can_not_be_cancelled()
    {
        using var client = bot.Client(bot.FullKey);

        using var answer = await client.PostAsync(Path("jobs/zzzzzzzz/cancel"), null);

        await ProblemAsync(answer, HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("PUT", "backups", "POST")]
    [InlineData("PATCH", "restore-points/latest", "DELETE, GET")]
    [InlineData("DELETE", "jobs/zzzz", "GET")]
    [InlineData("GET", "jobs/zzzz/cancel", "POST")]
    [InlineData("HEAD", "status", "GET")]
    public async Task A_method_that_the_path_does_not_take_answers_405_with_those_that_it_does(string method, string path, string allowed)
    {
        using var client = bot.Client(bot.FullKey);
        using var request = new HttpRequestMessage(new HttpMethod(method), Path(path));

        using var answer = await client.SendAsync(request);

        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        if (method != "HEAD")
        {
            await ProblemAsync(answer, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        }
    }

    [Fact]
    public async Task Restore_points_can_be_listed_verified_and_forgotten()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        var id = BotFixture.ResultOf(await bot.TypeJobAsync("/dr backup --only config --label forget-me"), "restorePoint");

        var list = (await client.GetFromJsonAsync<JsonArray>(Path("restore-points")))!;
        Assert.Equal(id, (string?)list[0]!["id"]);

        using var accepted = await client.PostAsJsonAsync(Path("verifications"), new { restorePoint = id[..10], level = "data" });
        var job = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);
        Assert.Equal(id, BotFixture.ResultOf(job, "restorePoint"));

        using var forgotten = await client.DeleteAsync(Path($"restore-points/{id}"));
        Assert.Equal(HttpStatusCode.OK, forgotten.StatusCode);
        using var gone = await client.GetAsync(Path($"restore-points/{id}"));
        await ProblemAsync(gone, HttpStatusCode.NotFound, "not_found");
        Assert.Equal(["restore_point.forgotten", "restore_point.forgotten"], (await bot.AuditAsync()).Where(record => record.Entry.Target == id).Select(record => record.Entry.Action));
    }

}

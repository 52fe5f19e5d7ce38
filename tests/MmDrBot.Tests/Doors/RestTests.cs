using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Doors;

public sealed class RestTests(BotFixture bot) : IClassFixture<BotFixture>
{
    [Fact]
    public async Task A_backup_is_accepted_runs_as_a_job_and_can_be_verified_listed_and_forgotten()
    {
        using var api = await bot.ApiAsync(Permission.TakeBackup, Permission.ViewStatus, Permission.ViewRestorePoints, Permission.Verify, Permission.ManageRepository, Permission.ViewAudit);

        var job = await RunAsync(api, "/api/v1/backups", new { label = "from a tool" });

        var id = job["result"]!["restorePoint"]!.GetValue<string>();
        var verified = await RunAsync(api, "/api/v1/verifications", new { restorePoint = id[..8], level = "data" });
        Assert.True(verified["result"]!["good"]!.GetValue<bool>());
        var points = (await api.GetFromJsonAsync<JsonArray>("/api/v1/restore-points"))!;
        Assert.Contains(points, point => point!["id"]!.GetValue<string>() == id && point["label"]!.GetValue<string>() == "from a tool");
        Assert.Equal("complete", (await api.GetFromJsonAsync<JsonObject>($"/api/v1/restore-points/{id[..6]}"))!["state"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await api.DeleteAsync($"/api/v1/restore-points/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/api/v1/restore-points/{id}")).StatusCode);
        var actions = (await api.GetFromJsonAsync<JsonArray>("/api/v1/audit-entries"))!.Select(entry => entry!["action"]!.GetValue<string>()).ToArray();
        Assert.Subset(actions.ToHashSet(), new HashSet<string> { "backup.requested", "backup.started", "backup.succeeded", "verify.succeeded", "restore_point.forgotten" });
    }

    [Fact]
    public async Task Without_a_valid_key_nothing_is_answered()
    {
        using var nobody = new HttpClient { BaseAddress = new Uri(bot.Address) };
        using var stranger = new HttpClient { BaseAddress = new Uri(bot.Address), DefaultRequestHeaders = { { "Authorization", "Bearer mmdr_aaaaaaaabbbbbbbbccccccccdddddddd" } } };

        await AssertProblemAsync(await nobody.GetAsync("/api/v1/jobs"), HttpStatusCode.Unauthorized, "unauthorized");
        await AssertProblemAsync(await stranger.GetAsync("/api/v1/jobs"), HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_key_can_do_only_what_it_was_given()
    {
        using var api = await bot.ApiAsync(Permission.ViewStatus);

        await AssertProblemAsync(await api.PostAsJsonAsync("/api/v1/backups", new { }), HttpStatusCode.Forbidden, "forbidden");
        await AssertProblemAsync(await api.GetAsync("/api/v1/audit-entries"), HttpStatusCode.Forbidden, "forbidden");
        await AssertProblemAsync(await api.DeleteAsync("/api/v1/restore-points/latest"), HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/api/v1/status")).StatusCode);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("""{"label": 5}""", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("""{"components": ["tables"]}""", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("""{"label": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", HttpStatusCode.BadRequest, "invalid")]
    public async Task A_bad_body_is_a_problem_that_says_what_is_wrong(string body, HttpStatusCode status, string code)
    {
        using var api = await bot.ApiAsync(Permission.TakeBackup);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        await AssertProblemAsync(await api.PostAsync("/api/v1/backups", content), status, code);
    }

    [Fact]
    public async Task What_does_not_exist_is_a_problem()
    {
        using var api = await bot.ApiAsync(Permission.ViewStatus, Permission.ViewRestorePoints, Permission.CancelJob);

        await AssertProblemAsync(await api.GetAsync("/api/v1/nothing"), HttpStatusCode.NotFound, "not_found");
        await AssertProblemAsync(await api.GetAsync("/api/v1/jobs/nosuchjob"), HttpStatusCode.NotFound, "not_found");
        await AssertProblemAsync(await api.PostAsync("/api/v1/jobs/nosuchjob/cancel", null), HttpStatusCode.NotFound, "not_found");
        await AssertProblemAsync(await api.GetAsync("/api/v1/restore-points/ffffffff"), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_checked_in_OpenAPI_document_is_what_the_service_serves()
    {
        using var http = new HttpClient { BaseAddress = new Uri(bot.Address) };
        var served = (await http.GetStringAsync("/swagger/v1/swagger.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = RepositoryRoot.File("docs/openapi.json");

        // To refresh it after a change on purpose: MMDR_UPDATE_OPENAPI=1 ./eng/test.sh MmDrBot.Tests
        if (Environment.GetEnvironmentVariable("MMDR_UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), served);
    }

    [Fact]
    public async Task Supervisors_are_told_of_life_and_readiness()
    {
        using var http = new HttpClient { BaseAddress = new Uri(bot.Address) };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/ready")).StatusCode);
    }

    private static async Task<JsonObject> RunAsync(HttpClient api, string path, object body)
    {
        using var accepted = await api.PostAsJsonAsync(path, body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        JsonObject? job = null;
        await Eventually.IsTrueAsync(async () =>
        {
            job = await api.GetFromJsonAsync<JsonObject>(accepted.Headers.Location);
            return job!["finishedAt"] is not null;
        });
        Assert.Equal("succeeded", job!["state"]!.GetValue<string>());
        return job;
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.Equal($"urn:mmdr:problem:{code.Replace('_', '-')}", problem["type"]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        answer.Dispose();
    }
}

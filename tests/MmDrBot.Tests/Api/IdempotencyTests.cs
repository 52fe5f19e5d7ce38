using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class IdempotencyTests(BotFixture bot)
{
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task The_same_request_is_carried_out_once_and_answered_the_same()
    {
        using var first = await PostAsync("backups", new { label = "once", components = new[] { "config" } });
        await bot.EndOfAsync((string)(await JsonAsync(first))["id"]!);

        using var second = await PostAsync("backups", new { label = "once", components = new[] { "config" } });

        Assert.Equal((first.StatusCode, first.Headers.Location, await first.Content.ReadAsStringAsync(), first.Content.Headers.ContentType), (second.StatusCode, second.Headers.Location, await second.Content.ReadAsStringAsync(), second.Content.Headers.ContentType));
        Assert.Equal((HttpStatusCode.Accepted, "true"), (second.StatusCode, second.Headers.GetValues("Idempotency-Replayed").Single()));
    }

    [Fact]
    public async Task The_version_of_what_was_made_comes_again_too()
    {
        using var first = await PostAsync("schedules", new { name = "again", when = "daily 02:30", command = "backup" });
        using var second = await PostAsync("schedules", new { name = "again", when = "daily 02:30", command = "backup" });
        await bot.TypeAsync("/dr schedule remove again");

        Assert.NotNull(first.Headers.ETag);
        Assert.Equal((first.Headers.ETag, "true"), (second.Headers.ETag, second.Headers.GetValues("Idempotency-Replayed").Single()));
    }

    [Fact]
    public async Task Of_many_at_once_one_is_carried_out()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync("backups", new { components = new[] { "config" } })));

        var ids = new HashSet<string>();
        foreach (var answer in answers)
        {
            if (answer.StatusCode is HttpStatusCode.Conflict)
            {
                await ProblemAsync(answer, HttpStatusCode.Conflict, "request_in_flight");
                Assert.NotNull(answer.Headers.RetryAfter);
            }
            else
            {
                ids.Add((string)(await JsonAsync(answer))["id"]!);
            }

            answer.Dispose();
        }

        await bot.EndOfAsync(Assert.Single(ids));
    }

    [Fact]
    public async Task Another_body_or_query_is_another_request()
    {
        using var first = await PostAsync("repository/prune", new { dryRun = true });
        await bot.EndOfAsync((string)(await JsonAsync(first))["id"]!);

        using var body = await PostAsync("repository/prune", new { dryRun = false });
        using var query = await PostAsync("repository/prune?x=1", new { dryRun = true });

        await ProblemAsync(body, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        await ProblemAsync(query, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task Another_operation_or_API_key_is_another_scope()
    {
        using var check = await PostAsync("repository/check", new { });
        using var plan = await PostAsync("repository/test", new { });
        using var other = await PostAsync("repository/check", new { }, await bot.NewKeyAsync(Permission.Verify));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Accepted), (check.StatusCode, plan.StatusCode, other.StatusCode));
        var ids = new[] { (string)(await JsonAsync(check))["id"]!, (string)(await JsonAsync(other))["id"]! };
        Assert.NotEqual(ids[0], ids[1]);
        await Task.WhenAll(ids.Select(bot.EndOfAsync));
    }

    [Fact]
    public async Task What_was_refused_may_be_sent_again_and_is_judged_anew()
    {
        string running;
        await using (await bot.HoldBackupsAsync())
        {
            running = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup")).Text);
            using var refused = await PostAsync("backups", new { components = new[] { "config" } });
            await ProblemAsync(refused, HttpStatusCode.Conflict, "locked");
        }

        await bot.EndOfAsync(running);
        using var accepted = await PostAsync("backups", new { components = new[] { "config" } });
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);
    }

    [Fact]
    public async Task An_answer_that_held_a_secret_is_kept_nowhere_and_not_given_again()
    {
        var body = new { name = $"once {_key[..8]}", permissions = new[] { "view_status" } };
        using var first = await PostAsync("api-keys", body);
        var secret = (string)(await JsonAsync(first))["secret"]!;

        using var second = await PostAsync("api-keys", body);

        var problem = await ProblemAsync(second, HttpStatusCode.Conflict, "answer_not_kept");
        Assert.Equal(first.Headers.GetValues("X-Request-Id").Single(), (string?)problem["reference"]);
        using var client = bot.Client(bot.FullKey);
        var keys = (await client.GetFromJsonAsync<JsonArray>(Path("api-keys?limit=500")))!;
        Assert.Single(keys, item => (string?)item!["name"] == body.name);
        Assert.Equal(0, await CountAsync("select count(*) from idempotent_requests where body like @part or fingerprint like @part or idempotency_key like @part", new { part = $"%{secret[13..]}%" }));
    }

    [Fact]
    public async Task A_request_whose_process_died_before_anything_was_done_is_carried_out_by_the_next()
    {
        var body = new { restorePoint = await bot.AnyRestorePointAsync(), files = "/nowhere/files" };
        using var first = await PostAsync("restores/plan", body);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await BreakOffAsync(DeadProcess());

        using var second = await PostAsync("restores/plan", body);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_request_whose_process_died_after_something_was_done_is_not_done_twice()
    {
        using var first = await PostAsync("repository/check", new { });
        await bot.EndOfAsync((string)(await JsonAsync(first))["id"]!);
        await BreakOffAsync(DeadProcess());

        using var second = await PostAsync("repository/check", new { });

        var problem = await ProblemAsync(second, HttpStatusCode.Conflict, "outcome_unknown");
        Assert.Contains(await bot.AuditAsync(), record => record.Entry.Reference == (string?)problem["reference"] && record.Entry.Action == "check.requested");
    }

    [Fact]
    public async Task A_request_that_a_living_process_works_on_is_waited_for()
    {
        using var first = await PostAsync("repository/test", new { });
        await BreakOffAsync(ProcessIdentity.Current);

        using var second = await PostAsync("repository/test", new { });

        await ProblemAsync(second, HttpStatusCode.Conflict, "request_in_flight");
    }

    [Fact]
    public async Task A_key_is_free_again_after_a_day()
    {
        using var first = await PostAsync("repository/test", new { });
        await ExecuteAsync("update idempotent_requests set created_at = created_at - 86400001 where idempotency_key = @_key", new { _key });

        using var second = await PostAsync("repository/test", new { other = 1 });

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("with blank")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public async Task A_key_that_is_none_answers_400(string key)
    {
        using var client = bot.Client(bot.FullKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path("repository/test"));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        using var answer = await client.SendAsync(request);

        await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
    }

    private async Task<HttpResponseMessage> PostAsync<T>(string path, T body, string? apiKey = null)
    {
        using var client = bot.Client(apiKey ?? bot.FullKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path(path)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", _key);
        return await client.SendAsync(request);
    }

    /// <summary>Puts the row back to what it was while that process worked on the request.</summary>
    private async Task BreakOffAsync(ProcessIdentity process) => Assert.Equal(1, await ExecuteAsync(
        "update idempotent_requests set status = null, body = null, host = @Host, pid = @Pid, process_started_at = @StartedAt where idempotency_key = @_key",
        new { process.Host, Pid = (long)process.Pid, process.StartedAt, _key }));

    private static ProcessIdentity DeadProcess()
    {
        using var process = Process.Start("sleep", "60");
        var identity = ProcessIdentity.OfPid(process.Id);
        process.Kill();
        process.WaitForExit();
        return identity;
    }

    private Task<int> ExecuteAsync(string sql, object values) =>
        bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, values, token), CancellationToken.None);

    private Task<long> CountAsync(string sql, object values) =>
        bot.Get<StateDatabase>().ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long>(sql, values, token), CancellationToken.None);
}

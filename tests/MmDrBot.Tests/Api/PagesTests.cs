using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed partial class PagesTests(BotFixture bot) : IAsyncLifetime
{
    /// <summary>Something in the lists that are empty by themselves.</summary>
    public Task InitializeAsync() => bot.Get<StateDatabase>().InTransactionAsync(
        async (transaction, token) =>
        {
            foreach (var number in new[] { 1, 2, 3 })
            {
                var row = new { id = $"page{number}", alarm = $"al-page{number}", approval = $"ap-page{number}", delivery = $"{number:d21}page{number}", now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), resolved = number == 3 ? 1 : (long?)null };
                await transaction.ExecuteAsync(
                    "insert into approvals (id, operation, summary, request, request_hash, permission, requested_by, created_at, expires_at, state) values (@approval, 'prune', 'Prune.', '{}', @id, 'manage_repository', 'cli:page', @now, @now, 'waiting')", row, token);
                await transaction.ExecuteAsync(
                    "insert into alarms (id, source, alarm_key, kind, severity, subject, message, cure, opened_at, seen_at, resolved_at) values (@alarm, 'pages', @id, 'job_failed', 'warning', 'page', 'A page.', 'Turn it.', @now, @now, @resolved)", row, token);
                await transaction.ExecuteAsync(
                    "insert into webhooks (id, name, url, events, secret, created_at, created_by, disabled_at) values (@id, @id, 'http://127.0.0.1:9/', 'job.finished', '', @now, 'cli:page', @now)", row, token);
                await transaction.ExecuteAsync(
                    "insert into webhook_deliveries (id, webhook_id, event, body, state, created_at) values (@delivery, 'page1', 'job.finished', '{}', 'failed', @now)", row, token);
            }
        },
        CancellationToken.None);

    public Task DisposeAsync() => bot.Get<StateDatabase>().InTransactionAsync(
        async (transaction, token) =>
        {
            foreach (var table in new[] { "approvals", "alarms", "webhooks", "webhook_deliveries" })
            {
                await transaction.ExecuteAsync($"delete from {table} where id like '%page_'", null, token);
            }
        },
        CancellationToken.None);

    [Theory]
    [InlineData("jobs", "id")]
    [InlineData("audit-entries", "seq")]
    [InlineData("restore-points", "id")]
    [InlineData("api-keys", "prefix")]
    [InlineData("repository/keys", "id")]
    [InlineData("alarms?all=true", "id")]
    [InlineData("alarms", "id")]
    [InlineData("approvals?all=true", "id")]
    [InlineData("webhooks", "id")]
    [InlineData("webhooks/deliveries", "id")]
    public async Task Pages_of_one_give_the_same_list_as_one_page(string path, string id)
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        await bot.TypeJobAsync("/dr backup --only config");
        await bot.NewKeyAsync(Permission.ViewStatus);
        var query = path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        var whole = (await client.GetFromJsonAsync<JsonArray>(Path($"{path}{query}limit=500")))!.Select(item => item![id]!.ToString()).ToArray();

        var (pieces, next) = (new List<string>(), $"/api/v1/{path}{query}limit=1");
        while (next is not null)
        {
            using var answer = await client.GetAsync(new Uri(next, UriKind.Relative));
            var page = (await JsonAsync(answer)).AsArray();
            pieces.AddRange(page.Select(item => item![id]!.ToString()));
            next = answer.Headers.TryGetValues("Link", out var links) ? Next().Match(links.Single()).Groups[1].Value : null;
        }

        Assert.NotEmpty(whole);
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public async Task Every_list_of_the_document_comes_in_pages_or_is_a_report_on_one_moment()
    {
        string[] reports = ["CheckPreconditions", "GetOutlook", "CompareAccounts", "ExportAuditTrail"];
        using var client = bot.Client(bot.FullKey);

        var lists = (await ApiOperation.ReadAsync(client)).Where(operation => operation.Method == "GET" && IsList(operation)).ToArray();

        Assert.InRange(lists.Length, 15, 100);
        Assert.All(lists.Where(list => !reports.Contains(list.Id)), list => Assert.Equal(["after", "limit"], list.ParametersIn("query").Select(parameter => (string)parameter["name"]!).Where(name => name is "limit" or "after" or "before").Order()));
        foreach (var list in lists.Where(list => !reports.Contains(list.Id) && !list.Path.Contains('{', StringComparison.Ordinal)))
        {
            using var lost = await client.GetAsync(new Uri($"{list.Path}?all=true&after=nowhere", UriKind.Relative));
            await ProblemAsync(lost, System.Net.HttpStatusCode.BadRequest, "invalid");
        }
    }

    private static bool IsList(ApiOperation operation) =>
        operation.Description["responses"]!["200"]?["content"]?.AsObject().Any(content => content.Value!["schema"] is JsonObject schema && (string?)schema["type"] == "array") is true;

    [Fact]
    public async Task A_page_goes_on_behind_a_restore_point_that_was_forgotten_meanwhile()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        var newest = BotFixture.ResultOf(await bot.TypeJobAsync("/dr backup --only config"), "restorePoint");
        using var first = await client.GetAsync(Path("restore-points?limit=1"));
        var next = Next().Match(first.Headers.GetValues("Link").Single()).Groups[1].Value;
        var second = (await client.GetFromJsonAsync<JsonArray>(new Uri(next, UriKind.Relative)))!;

        using var forgotten = await client.DeleteAsync(Path($"restore-points/{newest}"));
        var again = (await client.GetFromJsonAsync<JsonArray>(new Uri(next, UriKind.Relative)))!;

        Assert.Equal((string?)second[0]!["id"], (string?)again[0]!["id"]);
    }

    [GeneratedRegex("<([^>]+)>; rel=\"next\"")]
    private static partial Regex Next();
}

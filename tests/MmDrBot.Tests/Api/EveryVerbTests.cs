using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Jobs;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

/// <summary>Whatever chat and command line can do, REST can.</summary>
[Collection(BotCollection.Name)]
public sealed partial class EveryVerbTests(BotFixture bot)
{
    [Fact]
    public async Task Every_verb_has_an_operation_or_a_reason_in_the_table_of_docs_api()
    {
        using var client = bot.Client();
        var document = (await client.GetFromJsonAsync<JsonNode>(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key.Replace("/api/v1", "", StringComparison.Ordinal)}")).ToHashSet();
        var rows = Row().Matches(await File.ReadAllTextAsync(RepositoryRoot.File("docs/api.md"))).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.Equal(bot.Get<IEnumerable<Verb>>().Select(verb => verb.Path).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.True(row.Value.StartsWith("none: ", StringComparison.Ordinal) || Operation().Matches(row.Value) is { Count: > 0 } named && named.All(match => operations.Contains(match.Groups[1].Value)), $"{row.Key}: {row.Value}"));
        var shown = rows.Values.SelectMany(row => Operation().Matches(row)).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal(operations.Order(StringComparer.Ordinal), operations.Where(shown.Contains).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_restore_is_planned_and_done_and_the_databases_address_is_in_no_row()
    {
        using var client = bot.Client(bot.FullKey);
        using var place = new TempDirectory();
        var body = new { restorePoint = await WholeRestorePointAsync(), database = await bot.EmptyDatabaseAsync(), files = place.File("files"), config = place.File("config") };

        using var planned = await client.PostAsJsonAsync(Path("restores/plan"), body);
        Assert.True(planned.IsSuccessStatusCode, await planned.Content.ReadAsStringAsync());
        Assert.Empty((await JsonAsync(planned))["refusals"]!.AsArray());
        Assert.False(Directory.Exists(body.files));
        using var accepted = await client.PostAsJsonAsync(Path("restores"), body);
        var job = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error?.Message));
        Assert.NotEmpty(Directory.GetFileSystemEntries(body.files));
        Assert.DoesNotContain("postgres://", job.RequestJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"restorePoint\":\"latest\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"files\":\"relative/path\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"files\":\"/tmp/a\\u0000b\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"files\":\"/tmp/x\",\"owner\":\"--help:--help\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"files\":\"/tmp/x\",\"config\":\"/tmp/x\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"database\":\"@/etc/passwd\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"to\":\"nowhere\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"to\":\"\"}")]
    [InlineData("{\"restorePoint\":\"latest\",\"to\":\"server\",\"searchLater\":null}")]
    [InlineData("{\"restorePoint\":\"../../x\",\"files\":\"/tmp/x\"}")]
    public async Task A_restore_that_can_not_be_answers_400(string body)
    {
        using var client = bot.Client(bot.FullKey);
        foreach (var path in new[] { "restores", "restores/plan" })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(Path(path), content);
            var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
            Assert.NotEmpty((string)problem["hint"]!);
            Assert.DoesNotContain("System.", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("check", "{\"readShare\":1}")]
    [InlineData("check", null)]
    [InlineData("prune", "{\"dryRun\":true}")]
    [InlineData("prune", null)]
    [InlineData("rebuild-index", null)]
    public async Task The_repository_is_cared_for_by_jobs(string verb, string? body)
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        using var content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var accepted = await client.PostAsync(Path($"repository/{verb}"), content);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var job = await bot.EndOfAsync((string)(await JsonAsync(accepted))["id"]!);
        Assert.Equal((JobState.Succeeded, verb), (job.State, job.Kind));
    }

    [Fact]
    public async Task A_directory_has_neither_locks_to_extend_nor_versions_to_recover()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();

        using var extend = await client.PostAsync(Path("repository/extend-locks"), null);
        using var recover = await client.PostAsJsonAsync(Path("repository/recover-hidden"), new { dryRun = true });
        var job = await bot.EndOfAsync((string)(await JsonAsync(recover))["id"]!);

        await ProblemAsync(extend, HttpStatusCode.BadRequest, "invalid");
        Assert.Equal((JobState.Failed, "invalid"), (job.State, job.Error?.Code));
    }

    [Fact]
    public async Task The_store_is_tested_and_a_repository_is_not_made_twice()
    {
        using var client = bot.Client(bot.FullKey);

        using var tested = await client.PostAsync(Path("repository/test"), null);
        using var again = await client.PostAsync(Path("repository/init"), null);

        Assert.True((bool)(await JsonAsync(tested))["good"]!);
        await ProblemAsync(again, HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Keys_of_the_repository_are_added_listed_and_removed()
    {
        using var client = bot.Client(bot.FullKey);

        using var recovery = await client.PostAsJsonAsync(Path("repository/keys"), new { label = "safe" });
        using var phrase = await client.PostAsJsonAsync(Path("repository/keys"), new { passphrase = "a-second-passphrase-81264", label = "second" });
        using var weak = await client.PostAsJsonAsync(Path("repository/keys"), new { passphrase = "short" });
        var list = (await client.GetFromJsonAsync<JsonArray>(Path("repository/keys")))!;

        Assert.True(recovery.Headers.CacheControl!.NoStore);
        var (made, added) = (await JsonAsync(recovery), await JsonAsync(phrase));
        Assert.NotEmpty((string)made["recoveryKey"]!);
        Assert.Null(added["recoveryKey"]);
        await ProblemAsync(weak, HttpStatusCode.BadRequest, "invalid");
        foreach (var id in new[] { made, added }.Select(item => (string)item["id"]!))
        {
            Assert.Contains(list, item => (string?)item!["id"] == id);
            using var removed = await client.DeleteAsync(Path($"repository/keys/{id[..12]}"));
            Assert.Equal(id, (string?)(await JsonAsync(removed))["removed"]);
        }
    }

    [Fact]
    public async Task The_audit_trail_is_verified_and_exported()
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();

        var judged = (await client.GetFromJsonAsync<JsonNode>(Path("audit-entries/verification")))!;
        var json = (await client.GetFromJsonAsync<JsonArray>(Path("audit-entries/export?since=2026-01-01")))!;
        var csv = await client.GetStringAsync(Path("audit-entries/export?format=csv"));
        using var wrong = await client.GetAsync(Path("audit-entries/export?since=yesterday"));

        Assert.True((bool)judged["good"]!);
        Assert.Equal(1, (long)json[0]!["seq"]!);
        Assert.StartsWith("Seq,At,Actor", csv, StringComparison.Ordinal);
        await ProblemAsync(wrong, HttpStatusCode.BadRequest, "invalid");
    }

    private async Task<string> WholeRestorePointAsync() => BotFixture.ResultOf(await bot.TypeJobAsync("/dr backup"), "restorePoint");

    [GeneratedRegex(@"^\| `([a-z -]+)` \| (.+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z]+ /[^`]*)`")]
    private static partial Regex Operation();
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Access;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed partial class PagesTests(BotFixture bot)
{
    [Theory]
    [InlineData("jobs", "id")]
    [InlineData("audit-entries", "seq")]
    [InlineData("restore-points", "id")]
    [InlineData("api-keys", "prefix")]
    [InlineData("repository/keys", "id")]
    public async Task Pages_of_one_give_the_same_list_as_one_page(string path, string id)
    {
        using var client = bot.Client(bot.FullKey);
        await bot.AnyRestorePointAsync();
        await bot.TypeJobAsync("/dr backup --only config");
        await bot.NewKeyAsync(Permission.ViewStatus);
        var whole = (await client.GetFromJsonAsync<JsonArray>(Path($"{path}?limit=500")))!.Select(item => item![id]!.ToString()).ToArray();

        var (pieces, next) = (new List<string>(), $"/api/v1/{path}?limit=1");
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

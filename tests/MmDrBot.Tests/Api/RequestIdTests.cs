using System.Net.Http.Json;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class RequestIdTests(BotFixture bot)
{
    [Fact]
    public async Task The_callers_id_comes_back_and_stands_in_the_audit()
    {
        using var client = bot.Client(bot.FullKey);
        client.DefaultRequestHeaders.Add("X-Request-Id", "trace.1_2-3");

        using var answer = await client.PostAsJsonAsync(Path("repository/check"), new { });
        using var refused = await client.GetAsync(Path("no-such-thing"));

        Assert.Equal("trace.1_2-3", answer.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal("trace.1_2-3", refused.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal("trace.1_2-3", (string?)(await JsonAsync(refused))["requestId"]);
        var id = (string)(await JsonAsync(answer))["id"]!;
        await bot.EndOfAsync(id);
        Assert.Contains(await bot.AuditAsync(), record => record.Entry.Target == id && record.Entry.Reference == "trace.1_2-3");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a;b")]
    [InlineData("<script>")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public async Task One_that_is_not_sane_is_replaced(string given)
    {
        using var client = bot.Client(bot.FullKey);
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Request-Id", given);

        using var answer = await client.GetAsync(Path("status"));

        Assert.StartsWith("ref-", answer.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
    }
}

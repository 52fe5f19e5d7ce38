using System.Net.Http.Json;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Host;

[Collection(BotCollection.Name)]
public sealed class SecrecyTests(BotFixture bot)
{
    private readonly List<string> _carried = [];

    [Fact]
    public async Task No_answer_post_log_line_or_audit_entry_holds_a_secret()
    {
        var shown = new List<string>();
        using var client = bot.Client(bot.FullKey);
        foreach (var line in new[] { "/dr backup", "/dr status", "/dr jobs", "/dr restore-points", "/dr restore-point latest", "/dr verify latest --level data" })
        {
            shown.Add((await bot.TypeAsync(line)).Text);
        }

        foreach (var job in (await client.GetFromJsonAsync<System.Text.Json.Nodes.JsonArray>(new Uri("/api/v1/jobs", UriKind.Relative)))!)
        {
            await bot.EndOfAsync((string)job!["id"]!);
        }

        await ClickAsync(shown);
        await FailAsync();
        foreach (var path in new[] { "/api/v1/jobs", "/api/v1/status", "/api/v1/restore-points", "/api/v1/audit-entries?limit=500", "/api/v1/none", "/swagger/v1/swagger.json", "/healthz/ready" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            shown.Add(await answer.Content.ReadAsStringAsync());
        }

        shown.AddRange(bot.Logs.Lines);
        shown.AddRange((await bot.AuditAsync()).Select(record => record.ToString()!));
        shown.AddRange(bot.Mattermost.Posts.SelectMany(post => post.EarlierMessages.Append(post.Message).Append(post.Props.ToJsonString())));
        shown.AddRange(bot.Mattermost.Ephemerals.Select(message => message.Message));
        Assert.NotEmpty(bot.Logs.Lines);
        foreach (var secret in bot.Secrets.Concat(_carried))
        {
            Assert.DoesNotContain(shown, text => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static bool HasVerify(StandInPost post) => MattermostStandIn.ButtonsOf(post.Props).Contains("Verify");

    /// <summary>What buttons carry lets whoever holds it click; it may be seen by Mattermost alone.</summary>
    private async Task ClickAsync(List<string> shown)
    {
        await Data.Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Any(HasVerify)));
        var post = bot.Mattermost.Posts.Last(HasVerify);
        _carried.Add((string)bot.Mattermost.HiddenContextOf(post, "Verify")!["invitation"]!);
        shown.Add((await bot.Mattermost.ClickAsync(bot.Admin, post, "Show", CancellationToken.None)).Text);
        var verifying = await bot.Mattermost.ClickAsync(bot.Admin, post, "Verify", CancellationToken.None);
        shown.Add(verifying.Text);
        await bot.EndOfAsync(BotFixture.JobIdIn(verifying.Text));
    }

    /// <summary>Failures are where secrets get out: a database that refuses, an API that does not know the bot.</summary>
    private async Task FailAsync()
    {
        var config = await File.ReadAllTextAsync(bot.Sample.ConfigFile);
        var token = bot.Bot.Token;
        try
        {
            await File.WriteAllTextAsync(bot.Sample.ConfigFile, config.Replace("/mmdr_", "/no_such_database_", StringComparison.Ordinal));
            Assert.Equal(MmDrBot.Jobs.JobState.Failed, (await bot.TypeJobAsync("/dr backup")).State);
            bot.Bot.Token = "revoked";
            await bot.TypeAsync("/dr status");
        }
        finally
        {
            bot.Bot.Token = token;
            await File.WriteAllTextAsync(bot.Sample.ConfigFile, config);
        }
    }
}

using System.Text.Json.Nodes;
using MmDrBot.Features.Outages;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Transcripts;

public sealed class OutageTranscriptTests(ChatSsoFixture sso) : IClassFixture<ChatSsoFixture>
{
    [Fact]
    public async Task An_outage_from_its_form_over_conversions_to_its_end()
    {
        var (alice, zoe) = (await sso.PersonAsync(), await sso.PersonAsync());

        Assert.Equal("", await TypeAsync("/dr sso open"));
        var opening = sso.Mattermost.Dialogs[^1];
        var wrong = await SubmitAsync(opening, new JsonObject { ["SERVICE"] = "gitlab", ["--ticket"] = "INC 1", ["--reason"] = "" });
        Assert.Equal(["--reason", "--ticket"], wrong.Errors.Select(error => error.Key).Order());
        AssertCloses(await SubmitAsync(opening, new JsonObject { ["SERVICE"] = "gitlab", ["--ticket"] = "INC-1", ["--reason"] = "down @all `now` [click](http://evil)", ["--mail-depends"] = "false", ["--force"] = false }));
        await SaidAsync("The outage of **gitlab** is open");
        var news = await PostAsync("**The outage of gitlab is open**");
        Assert.Contains("`down @all 'now' [click](http://evil)`", news.Message, StringComparison.Ordinal);
        Assert.Equal(["Status", "Convert somebody", "Bring everybody back", "Close outage"], MattermostStandIn.ButtonsOf(news.Props));

        Assert.Equal("", (await ClickAsync(sso.Eve, news, "Convert somebody")).Text);
        var converting = sso.Mattermost.Dialogs[^1];
        Assert.Contains("at least one account", (string?)(await SubmitAsync(converting, new JsonObject { ["--ticket"] = "INC-2" })).Errors["USER"], StringComparison.Ordinal);
        AssertCloses(await SubmitAsync(converting, new JsonObject { ["USER"] = alice.Id, ["MORE"] = $"@{zoe.Username}", ["--ticket"] = "INC-2", ["--deliver"] = "one-time-link" }));
        var handed = await SaidAsync("2 accounts converted");
        Assert.Contains("Link: `http://", handed, StringComparison.Ordinal);
        Assert.DoesNotContain(sso.Mattermost.PreviewedLinks, link => link.Contains("/sso/claim", StringComparison.Ordinal));
        Assert.DoesNotContain(sso.Mattermost.Posts, post => post.Message.Contains("Link:", StringComparison.Ordinal));
        Assert.Equal("", (await sso.Mattermost.FindAccountAsync(alice.Id))!.AuthService);

        Assert.Contains("which you do not have", (await ClickAsync(sso.Bob, news, "Close outage")).Text, StringComparison.Ordinal);
        Assert.Contains("2 accounts are converted", (await ClickAsync(sso.Eve, news, "Status")).Text, StringComparison.Ordinal);
        Assert.Contains("signs in with gitlab again", await TypeAsync($"/dr sso revert @{zoe.Username}."), StringComparison.Ordinal);
        Assert.Contains("is closed. 1 account brought back now", (await ClickAsync(sso.Eve, news, "Close outage")).Text, StringComparison.Ordinal);

        await PostAsync("**The outage of gitlab is closed**");
        await sso.AssertBoundAsync(alice);
        await sso.AssertBoundAsync(zoe);
        Assert.Contains("No outage", (await ClickAsync(sso.Eve, news, "Close outage")).Text, StringComparison.OrdinalIgnoreCase);
        await AssertAuditedAsync();
    }

    [Fact]
    public async Task The_button_below_one_outage_leaves_the_people_of_another_where_they_are()
    {
        await sso.OpenAsync("saml");
        await sso.OpenAsync("ldap");
        var (back, stays) = (await sso.PersonAsync("saml"), await sso.PersonAsync("ldap"));
        await sso.ConvertAsync(back.Username);
        await sso.ConvertAsync(stays.Username);

        await ClickAsync(sso.Eve, await PostAsync("**The outage of saml is open**"), "Bring everybody back");

        await Eventually.IsTrueAsync(async () => await sso.NewestAsync(back.Id) is { IsOpen: false });
        await sso.AssertBoundAsync(back);
        Assert.Equal("", (await sso.Mattermost.FindAccountAsync(stays.Id))!.AuthService);
        Assert.Contains("no sign-in service", await TypeAsync("/dr sso revert --all --service sam1"), StringComparison.Ordinal);
        Assert.Contains("signs in with ldap again", await TypeAsync("/dr sso revert --all --service LDAP"), StringComparison.Ordinal);
        await sso.Get<CloseOutage>().HandleAsync("saml", null, sso.Helpdesk, CancellationToken.None);
        await sso.Get<CloseOutage>().HandleAsync("ldap", null, sso.Helpdesk, CancellationToken.None);
    }

    private async Task AssertAuditedAsync()
    {
        var story = (await sso.AuditAsync()).Select(record => record.Entry).Where(entry => entry.Actor is "mattermost:eve" or "mattermost:bob").Reverse().Select(entry => entry.Action).ToArray();
        var acts = new[] { "outage.opened", "interaction.refused", "outage.closed" };
        Assert.Equal(acts, story.Where(acts.Contains));
        Assert.Equal("command.refused", story[^1]);
        Assert.Equal(2, story.Count(act => act == "account.converted"));
    }

    private static void AssertCloses(DialogOutcome outcome) => Assert.True(outcome.Closes, $"{outcome.Status} {outcome.Body}");

    private async Task<string> TypeAsync(string line) => (await sso.Mattermost.ExecuteCommandAsync(sso.Eve, sso.Room, line, CancellationToken.None)).Text;

    private Task<ClickOutcome> ClickAsync(StandInUser user, StandInPost post, string label) => sso.Mattermost.ClickAsync(user, post, label, CancellationToken.None);

    private Task<DialogOutcome> SubmitAsync(StandInDialog dialog, JsonObject fields) => sso.Mattermost.SubmitAsync(sso.Eve, sso.Room, dialog, fields, CancellationToken.None);

    private async Task<string> SaidAsync(string words)
    {
        string? Find() => sso.Mattermost.Ephemerals.LastOrDefault(one => one.UserId == sso.Eve.Id && one.Message.Contains(words, StringComparison.Ordinal))?.Message;
        await Eventually.IsTrueAsync(() => Task.FromResult(Find() is not null));
        return Find()!;
    }

    private async Task<StandInPost> PostAsync(string words)
    {
        StandInPost? Find() => sso.Mattermost.Posts.LastOrDefault(post => post.ChannelId == sso.Room.Id && post.Message.Contains(words, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => Task.FromResult(Find() is not null));
        return Find()!;
    }
}

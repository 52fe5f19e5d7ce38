using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <content>What clients do that the product does not, and its tests need.</content>
public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task A_client_hears_of_what_its_user_alone_sees_and_of_dialogs()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, CommandResponse.Ephemeral("for *you*").ToJson());
        await _scene.RegisterCommand(integration.Url);
        await using var admin = await SignedInPerson.ArriveAsync(_scene, _scene.AdminToken);
        await using var bot = await SignedInPerson.ArriveAsync(_scene, _scene.BotToken);

        Assert.Equal(200, (await admin.TypeAsync("/dr status")).Status);
        var trigger = SlashCommandRequest.Parse(integration.Requests[0].Form).TriggerId;
        await _bot.Api.OpenDialogAsync(new OpenDialogRequest { TriggerId = trigger, Url = integration.Url.AbsoluteUri, Dialog = new Dialog { Title = "Convert users", State = "signed", CallbackId = "convert" } }, None);
        await _admin.Api.CreateEphemeralPostAsync(new EphemeralPost { UserId = admin.Id, Post = Draft("whispered") }, None);
        await UntilAsync(() => admin.Whispers.Contains("whispered") && admin.Dialogs.Count > 0);

        Assert.Equal(["for *you*", "whispered"], admin.Whispers);
        var dialog = Assert.Single(admin.Dialogs);
        Assert.Equal(("Convert users", "signed", "convert", integration.Url.AbsoluteUri), (dialog.Title, dialog.State, dialog.CallbackId, dialog.Url));
        Assert.Empty(bot.Whispers);
        Assert.Empty(bot.Dialogs);
    }

    [ContractFact]
    public async Task A_member_lets_others_of_the_team_into_the_channel_and_they_read_it()
    {
        await using var admin = await SignedInPerson.ArriveAsync(_scene, _scene.AdminToken);
        var member = new JsonObject { ["user_id"] = _scene.PersonId };
        await admin.MustAsync("POST", $"teams/{_scene.TeamId}/members", new JsonObject { ["team_id"] = _scene.TeamId, ["user_id"] = _scene.PersonId });

        Assert.Equal(201, (await admin.CallAsync("POST", $"channels/{_scene.ChannelId}/members", member.DeepClone())).Status);
        Assert.Equal(201, (await admin.CallAsync("POST", $"channels/{_scene.ChannelId}/members", member.DeepClone())).Status);
        (await admin.CallAsync("POST", $"channels/{_scene.ChannelId}/members", new JsonObject { ["user_id"] = "short" })).AssertRefused(400, MattermostErrorIds.InvalidBody);

        await _bot.Api.CreatePostAsync(Draft("first"), None);
        await _bot.Api.CreatePostAsync(Draft("second"), None);
        Assert.Equal(["second", "first"], (await admin.PostsAsync()).Select(post => (string)post["message"]!).Take(2));
        var session = await _accounts.CallAsync("POST", "users/login", new JsonObject { ["login_id"] = _scene.PersonName, ["password"] = _scene.PersonPassword });
        await using var person = await SignedInPerson.ArriveAsync(_scene, session.Token!);
        Assert.Equal("second", (string?)(await person.PostsAsync())[0]["message"]);
        (await person.CallAsync("GET", $"channels/{_scene.ClosedChannelId}/posts")).AssertRefused(403, MattermostErrorIds.Permissions);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(10, patience.Token);
    }
}

using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by the stand-in.</summary>
public sealed class StandInMattermostContract : MattermostContract
{
    private const string Token = "kqfz8rd1mjbixe6w1gq5yo7nhc";

    private MattermostStandIn? _server;

    protected override async Task<MattermostScene> FurnishAsync()
    {
        _server = await MattermostStandIn.StartAsync(CancellationToken.None);
        var admin = _server.AddUser("admin", admin: true);
        var person = _server.AddUser("bob");
        var bot = _server.AddBot();

        var channel = _server.AddChannel("dr", isPrivate: true, members: [bot]);

        return new()
        {
            Url = _server.Url,
            AdminToken = admin.Token,
            BotToken = bot.Token,
            BotId = bot.Id,
            PersonId = person.Id,
            PersonName = person.Username,
            PersonEmail = person.Email,
            TeamId = _server.TeamId,
            ChannelId = channel.Id,
            ClosedChannelId = _server.AddChannel("board", isPrivate: true).Id,
            RegisterCommand = url => Task.FromResult(_server.RegisterCommand(url, Token, creator: admin).Token),
            NewestPost = () => Task.FromResult(Newest(channel)),
        };
    }

    protected override async Task ClearAsync()
    {
        Assert.Empty(_server!.UnexpectedCalls);
        await _server.DisposeAsync();
    }

    private JsonObject Newest(StandInChannel channel)
    {
        var post = _server!.Posts.Last(post => post.ChannelId == channel.Id);

        return new() { ["user_id"] = post.UserId, ["message"] = post.Message, ["type"] = post.Type, ["props"] = post.Props.DeepClone() };
    }
}

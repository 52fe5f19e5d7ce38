using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by a stand-in over a database.</summary>
public abstract class StandInContract(ContractDatabase database, string version) : MattermostContract, IClassFixture<ContractDatabase>
{
    private const string CommandToken = "kqfz8rd1mjbixe6w1gq5yo7nhc";

    private MattermostStandIn? _server;

    protected override async Task<MattermostScene> FurnishAsync()
    {
        _server = await MattermostStandIn.StartAsync(new() { Version = version, Database = database.Database.ConnectionString }, CancellationToken.None);
        var run = Guid.NewGuid().ToString("n")[..8];
        var admin = _server.AddUser("admin" + run, admin: true);
        var person = _server.AddUser("bob" + run);
        var bot = _server.AddBot("drbot" + run);
        var channel = _server.AddChannel("dr", isPrivate: true, members: [bot]);

        return new()
        {
            Url = _server.Url,
            DatabaseUri = database.Database.Uri,
            AdminToken = admin.Token,
            BotToken = bot.Token,
            BotId = bot.Id,
            PersonId = person.Id,
            PersonName = person.Username,
            PersonEmail = person.Email,
            TeamId = _server.TeamId,
            ChannelId = channel.Id,
            ClosedChannelId = _server.AddChannel("board", isPrivate: true).Id,
            RegisterCommand = url => Task.FromResult(_server.RegisterCommand(url, CommandToken, creator: admin).Token),
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

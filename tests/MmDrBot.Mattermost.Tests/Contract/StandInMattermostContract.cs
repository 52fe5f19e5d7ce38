using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by the stand-in.</summary>
public sealed class StandInMattermostContract : MattermostContract
{
    private MattermostStandIn? _server;

    protected override async Task<MattermostScene> FurnishAsync()
    {
        _server = await MattermostStandIn.StartAsync(CancellationToken.None);
        var admin = _server.AddUser("admin", admin: true);
        var person = _server.AddUser("bob");
        var bot = _server.AddBot();

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
            ChannelId = _server.AddChannel("dr", isPrivate: true, members: [bot]).Id,
            ClosedChannelId = _server.AddChannel("board", isPrivate: true).Id,
        };
    }

    protected override async Task ClearAsync()
    {
        Assert.Empty(_server!.UnexpectedCalls);
        await _server.DisposeAsync();
    }
}

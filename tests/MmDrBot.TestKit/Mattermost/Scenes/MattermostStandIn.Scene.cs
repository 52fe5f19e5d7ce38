using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <content>The furniture of tests that run on a real server too.</content>
public sealed partial class MattermostStandIn
{
    private const string SceneCommandToken = "kqfz8rd1mjbixe6w1gq5yo7nhc";

    /// <param name="databaseUri">The database of <see cref="StandInOptions.Database"/>.</param>
    public MattermostScene Furnish(string databaseUri)
    {
        var run = Guid.NewGuid().ToString("n")[..8];
        var admin = AddUser("admin" + run, admin: true);
        var person = AddUser("bob" + run);
        var bot = AddBot("drbot" + run);
        var channel = AddChannel("dr", isPrivate: true, members: [bot]);

        return new()
        {
            Url = Url,
            DatabaseUri = databaseUri,
            AdminToken = admin.Token,
            BotToken = bot.Token,
            BotId = bot.Id,
            PersonId = person.Id,
            PersonName = person.Username,
            PersonEmail = person.Email,
            PersonPassword = DefaultPassword,
            TeamId = TeamId,
            TeamName = Team.Name,
            ChannelId = channel.Id,
            ClosedChannelId = AddChannel("board", isPrivate: true).Id,
            RegisterCommand = url => Task.FromResult(RegisterCommand(url, SceneCommandToken, creator: admin).Token),
            NewestPost = () => Task.FromResult(StandInJson.Post(Posts.Last(post => post.ChannelId == channel.Id))),
        };
    }
}

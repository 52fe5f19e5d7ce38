using System.Collections.Concurrent;

namespace MmDrBot.TestKit.Mattermost;

/// <content>The accounts, channels and posts of the server.</content>
public sealed partial class MattermostStandIn
{
    /// <summary>The team that everybody is in.</summary>
    public string TeamId => _state.TeamId;

    /// <summary>Begins response URLs; the server's own address unless changed.</summary>
    public Uri SiteUrl
    {
        get => _state.SiteUrl;
        set
        {
            _state.SiteUrl = value;
            _state.Settings.Set("ServiceSettings", "SiteURL", value.AbsoluteUri.TrimEnd('/'));
        }
    }

    /// <summary>What the health check says of the database.</summary>
    public bool DatabaseHealthy
    {
        get => _state.DatabaseHealthy;
        set => _state.DatabaseHealthy = value;
    }

    /// <summary>What the health check says of the file store.</summary>
    public bool FilestoreHealthy
    {
        get => _state.FilestoreHealthy;
        set => _state.FilestoreHealthy = value;
    }

    /// <summary>What clients see of the settings, and some more; see also <see cref="SetSetting"/>.</summary>
    public ConcurrentDictionary<string, string> ClientConfig => _state.ClientConfig;

    /// <summary>All posts in their present state, oldest first, those in a user's name by a slash command included.</summary>
    public IReadOnlyList<StandInPost> Posts => _state.Posts;

    /// <summary>All messages that only one user saw, oldest first.</summary>
    public IReadOnlyList<StandInEphemeral> Ephemerals => _state.Ephemerals;

    /// <summary>Adds a person; in a database one who signs in with <see cref="DefaultPassword"/>.</summary>
    public StandInUser AddUser(string username, bool admin = false) => Add(new(username, isBot: false, admin, _state.Now));

    /// <summary>Adds a bot account, plain or system administrator.</summary>
    public StandInUser AddBot(string username = "drbot", bool admin = false) => Add(new(username, isBot: true, admin, _state.Now));

    /// <summary>Adds a channel of the team with these members; in a read-only one they may not post, as under a channel's moderation.</summary>
    public StandInChannel AddChannel(string name, bool isPrivate = false, bool readOnly = false, params IEnumerable<StandInUser> members)
    {
        var channel = new StandInChannel(name, isPrivate ? "P" : "O", TeamId, creatorId: "", _state.Now) { ReadOnly = readOnly };

        foreach (var member in members)
            channel.Add(member);

        return _state.Channels[channel.Id] = channel;
    }

    /// <summary>Lets an account into a channel.</summary>
    public void AddMember(StandInChannel channel, StandInUser user) => channel.Add(user);

    /// <summary>The direct channel of two accounts.</summary>
    public StandInChannel OpenDirect(StandInUser one, StandInUser other) => ChannelRoutes.Direct(_state, one, one, other);

    /// <summary>Registers a slash command with the team; an earlier one of the same trigger is replaced.</summary>
    public StandInCommand RegisterCommand(Uri url, string token, string trigger = "dr", StandInUser? creator = null) =>
        _state.Commands[trigger] = new() { Token = token, Trigger = trigger, Url = url, TeamId = TeamId, CreatorId = creator?.Id ?? "", CreateAt = _state.Now };

    /// <summary>Has a user type a line such as <c>/dr status</c>, and gives what the user then sees, failures too.</summary>
    public async Task<CommandOutcome> ExecuteCommandAsync(StandInUser user, StandInChannel channel, string line, CancellationToken cancellationToken)
    {
        try
        {
            return await _runner.RunAsync(user, channel.Id, TeamId, line, rootId: "", cancellationToken);
        }
        catch (StandInError error)
        {
            return CommandOutcome.Failed(error);
        }
    }

    private StandInUser Add(StandInUser user)
    {
        if (_state.Accounts is { } accounts)
            Task.Run(() => accounts.AdoptAsync(user, user.IsBot ? null : DefaultPassword)).GetAwaiter().GetResult();

        return _state.Users[user.Id] = user;
    }

    private void AddDefaults()
    {
        ClientConfig["Version"] = ClientConfig["BuildNumber"] = _state.Options.Version;
        _state.PublishSettings();
    }
}

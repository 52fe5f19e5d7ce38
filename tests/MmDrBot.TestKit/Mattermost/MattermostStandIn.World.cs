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

    /// <summary>All posts are gone, as those are that are younger than a database that was restored.</summary>
    public void ForgetPosts() => _state.ForgetPosts();

    /// <summary>All messages that only one user saw, oldest first.</summary>
    public IReadOnlyList<StandInEphemeral> Ephemerals => _state.Ephemerals;

    /// <summary>The addresses in messages, those for one user alone included, that the server made previews of; it keeps them.</summary>
    public IReadOnlyList<string> PreviewedLinks => _state.Previews.Links;

    /// <summary>Adds a person; in a database one who signs in with <see cref="DefaultPassword"/>.</summary>
    public StandInUser AddUser(string username, bool admin = false) => Add(new(username, isBot: false, admin, _state.Now));

    /// <summary>Adds a bot account, plain or system administrator.</summary>
    public StandInUser AddBot(string username = "drbot", bool admin = false) => Add(new(username, isBot: true, admin, _state.Now));

    /// <summary>Adds a channel of the team with these members; in a read-only one they may not post, as under a channel's moderation.</summary>
    public StandInChannel AddChannel(string name, bool isPrivate = false, bool readOnly = false, StandInTeam? team = null, params IEnumerable<StandInUser> members)
    {
        var channel = new StandInChannel(name, isPrivate ? "P" : "O", team?.Id ?? TeamId, creatorId: "", _state.Now) { ReadOnly = readOnly };

        foreach (var member in members)
            channel.Add(member);

        return _state.Channels[channel.Id] = channel;
    }

    /// <summary>Lets an account into a channel.</summary>
    public void AddMember(StandInChannel channel, StandInUser user) => channel.Add(user);

    /// <summary>The direct channel of two accounts.</summary>
    public StandInChannel OpenDirect(StandInUser one, StandInUser other) => ChannelRoutes.Direct(_state, one, one, other);

    /// <summary>Registers a slash command with the team; an earlier one of the same trigger is replaced.</summary>
    public StandInCommand RegisterCommand(Uri url, string token, string trigger = "dr", StandInUser? creator = null, StandInTeam? team = null)
    {
        var teamId = team?.Id ?? TeamId;

        if (_state.FindCommand(teamId, trigger) is { } old)
            _state.Commands.TryRemove(old.Id, out _);

        var made = new StandInCommand { Token = token, Trigger = trigger, Url = url, TeamId = teamId, CreatorId = creator?.Id ?? "", CreateAt = _state.Now, DisplayName = trigger };

        return _state.Commands[made.Id] = made;
    }

    /// <summary>All slash commands, of every team.</summary>
    public IReadOnlyList<StandInCommand> Commands => [.. _state.Commands.Values.OrderBy(command => command.CreateAt)];

    /// <summary>Changes a slash command as somebody would in the list of integrations.</summary>
    public void ChangeCommand(string id, Func<StandInCommand, StandInCommand> change) => _state.Commands[id] = change(_state.Commands[id]);

    /// <summary>Somebody removes a command.</summary>
    public void RemoveCommand(string id) => _state.Commands.TryRemove(id, out _);

    /// <summary>The team that is there from the start.</summary>
    public StandInTeam Team => _state.Team;

    /// <summary>Adds a team with these members.</summary>
    public StandInTeam AddTeam(string name, params IEnumerable<StandInUser> members)
    {
        var team = new StandInTeam(name) { CreateAt = _state.Now };

        foreach (var member in members)
            team.Add(member.Id);

        return _state.Teams[team.Id] = team;
    }

    /// <summary>The account of this name; null for none.</summary>
    public StandInUser? FindUser(string username) => _state.FindUser(user => user.Username == username);

    /// <summary>Has a user type a line such as <c>/dr status</c>, and gives what the user then sees, failures too.</summary>
    public async Task<CommandOutcome> ExecuteCommandAsync(StandInUser user, StandInChannel channel, string line, CancellationToken cancellationToken)
    {
        try
        {
            return await _runner.RunAsync(user, channel.Id, channel.TeamId is { Length: > 0 } team ? team : TeamId, line, rootId: "", cancellationToken);
        }
        catch (StandInError error)
        {
            return CommandOutcome.Failed(error);
        }
    }

    private StandInUser Add(StandInUser user)
    {
        Task.Run(() => _state.AddAsync(user, user.IsBot ? null : DefaultPassword)).GetAwaiter().GetResult();
        _state.Team.Add(user.Id);

        return user;
    }

    private void AddDefaults()
    {
        ClientConfig["Version"] = ClientConfig["BuildNumber"] = _state.Options.Version;
        _state.PublishSettings();
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The server's memory. Lists that several requests change are touched only under <see cref="Gate"/>.</summary>
internal sealed class StandInState(StandInOptions options)
{
    private static readonly (string Section, string Name)[] _published =
    [
        ("TeamSettings", "SiteName"), ("EmailSettings", "EnableSignInWithEmail"), ("EmailSettings", "EnableSignInWithUsername"), ("EmailSettings", "EnableSignUpWithEmail"),
    ];

    private readonly List<StandInPost> _posts = [];
    private readonly List<StandInEphemeral> _ephemerals = [];

    public Lock Gate { get; } = new();

    public StandInOptions Options => options;

    /// <summary>Null where accounts live in memory.</summary>
    public StandInAccounts? Accounts { get; set; }

    public StandInSettings Settings { get; } = new();

    public StandInPreviews Previews { get; } = new();

    public StandInSockets Sockets { get; } = new(options.Version);

    /// <summary>The team that everybody but the bots made by the API is in.</summary>
    public StandInTeam Team { get; } = new("acme") { CreateAt = options.Time.GetUtcNow().ToUnixTimeMilliseconds() };

    public string TeamId => Team.Id;

    /// <summary>Begins response URLs.</summary>
    public Uri SiteUrl { get; set; } = new("http://127.0.0.1");

    public bool DatabaseHealthy { get; set; } = true;

    public bool FilestoreHealthy { get; set; } = true;

    public ConcurrentDictionary<string, StandInUser> Users { get; } = new();

    public ConcurrentDictionary<string, StandInChannel> Channels { get; } = new();

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, StandInTeam> Teams { get; } = new();

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, StandInCommand> Commands { get; } = new();

    public bool AreCommandsOn => (bool?)Settings["ServiceSettings"]["EnableCommands"] == true;

    /// <summary>Whether people's access tokens count; those of bots always do.</summary>
    public bool ArePersonalTokensOn => (bool?)Settings["ServiceSettings"]["EnableUserAccessTokens"] == true;

    public ConcurrentDictionary<string, StandInHook> Hooks { get; } = new();

    /// <summary>Account by trigger id.</summary>
    public ConcurrentDictionary<string, string> Triggers { get; } = new();

    public ConcurrentDictionary<string, StandInCookie> Cookies { get; } = new();

    public ConcurrentQueue<StandInDialog> Dialogs { get; } = new();

    public ConcurrentDictionary<string, string> ClientConfig { get; } = new();

    /// <summary>Post id and Unix milliseconds by <c>pending_post_id</c>.</summary>
    public Dictionary<string, (string PostId, long SeenAt)> PendingPosts { get; } = [];

    /// <summary>Lets clients see what they may of the settings.</summary>
    public void PublishSettings()
    {
        foreach (var (section, name) in _published)
            ClientConfig[name] = Settings[section][name] is JsonValue value ? value.ToString() : "";
    }

    public long Now => options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public IReadOnlyList<StandInPost> Posts
    {
        get
        {
            lock (Gate)
                return [.. _posts];
        }
    }

    public IReadOnlyList<StandInEphemeral> Ephemerals
    {
        get
        {
            lock (Gate)
                return [.. _ephemerals];
        }
    }

    /// <summary>Shows a message to one account, at all its clients.</summary>
    public void Add(StandInEphemeral ephemeral)
    {
        Previews.Note(ephemeral.Message);

        lock (Gate)
            _ephemerals.Add(ephemeral);

        Sockets.Send(ephemeral.UserId, ephemeral.ChannelId, "ephemeral_message", new JsonObject { ["post"] = StandInJson.Ephemeral(ephemeral, Now).ToJsonString() });
    }

    /// <summary>Has a dialog come up before its user.</summary>
    /// <param name="triggerId">The short one, which the client got when it acted.</param>
    public void Open(StandInDialog dialog, string triggerId)
    {
        Dialogs.Enqueue(dialog);
        var request = new JsonObject { ["trigger_id"] = triggerId, ["url"] = dialog.Url, ["dialog"] = dialog.Dialog.DeepClone() };
        Sockets.Send(dialog.UserId, "", "open_dialog", new JsonObject { ["dialog"] = request.ToJsonString() });
    }

    public void Add(StandInPost post)
    {
        Previews.Note(post.Message);

        lock (Gate)
            _posts.Add(post);
    }

    public void ForgetPosts()
    {
        lock (Gate)
            _posts.Clear();
    }

    public StandInPost? FindPost(string id)
    {
        lock (Gate)
            return _posts.Find(post => post.Id == id);
    }

    /// <summary>Replaces one post by what <paramref name="change"/> makes of it.</summary>
    public StandInPost Change(string id, Func<StandInPost, StandInPost> change)
    {
        lock (Gate)
        {
            var index = _posts.FindIndex(post => post.Id == id);
            _posts[index] = change(_posts[index]);
            Previews.Note(_posts[index].Message);

            return _posts[index];
        }
    }

    /// <summary>An account as one who acts, whether in memory or in the database.</summary>
    public async Task<StandInUser?> FindUserAsync(string id) =>
        Users.GetValueOrDefault(id) ?? (Accounts is { } accounts ? await accounts.PrincipalAsync(id) : null);

    public StandInCommand? FindCommand(string teamId, string trigger) =>
        Commands.Values.Where(command => command.TeamId == teamId && command.Trigger == trigger).OrderBy(command => command.CreateAt).FirstOrDefault();

    /// <exception cref="StandInError">501: commands are off.</exception>
    public void RequireCommands()
    {
        if (!AreCommandsOn)
            throw new StandInError(501, "api.command.disabled.app_error", "Commands have been disabled by the system admin.");
    }

    /// <summary>Adds an account, to the database too where accounts live there.</summary>
    public async Task AddAsync(StandInUser user, string? password)
    {
        if (Accounts is { } accounts)
            await accounts.AdoptAsync(user, password);

        Users[user.Id] = user;
    }

    /// <summary>Whose token it is, an access token's or a session's; null for nobody's.</summary>
    public async Task<StandInUser?> FindOwnerAsync(string token)
    {
        if (FindUser(user => user.HasToken(token) && user.DeleteAt == 0) is { } found)
            return found.IsBot || ArePersonalTokensOn ? found : null;

        return Accounts is { } accounts ? await accounts.OwnerAsync(token) : null;
    }

    public StandInUser? FindUser(Func<StandInUser, bool> match) => Users.Values.FirstOrDefault(match);
}

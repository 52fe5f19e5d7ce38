namespace MmDrBot.TestKit.Mattermost;

/// <summary>An account. Roles and the like may be changed while the server runs.</summary>
public sealed class StandInUser
{
    private const string AdminRoles = "system_user system_admin";
    private const string PlainRoles = "system_user";

    private string _email;
    private string _roles = PlainRoles;
    private long _deleteAt;
    private volatile IReadOnlyList<(string Id, string Token)> _tokens = [];

    internal StandInUser(string username, bool isBot, bool admin, long now)
    {
        Username = username;
        IsBot = isBot;
        IsAdmin = admin;
        CreateAt = UpdateAt = now;
        _email = isBot ? $"{username}@localhost" : $"{username}@acme.example";
    }

    internal StandInUser(StandInAccount account)
    {
        Id = account.Id;
        Username = account.Username;
        IsBot = account.IsBot;
        CreateAt = UpdateAt = account.CreateAt;
        _email = account.Email;
        Take(account);
    }

    public string Id { get; } = StandInIds.New();

    public string Username { get; }

    public bool IsBot { get; }

    public string Email
    {
        get => _email;
        set => Set(ref _email, value);
    }

    public string Roles
    {
        get => _roles;
        set => Set(ref _roles, value);
    }

    /// <summary>The IANA name of the account's zone; empty where no client told it.</summary>
    public string Timezone { get; set; } = "";

    /// <summary>Only of a stand-in without a database; with one, the row tells.</summary>
    public string AuthService { get; set; } = "";

    /// <summary>Unix milliseconds; above 0 for a deactivated account.</summary>
    public long DeleteAt
    {
        get => _deleteAt;
        set => Set(ref _deleteAt, value);
    }

    /// <summary>An access token of this account; another value revokes the old one.</summary>
    public string Token { get; set; } = StandInIds.New();

    /// <summary>Names of groups; as long as nobody has any, the server has no licence for them. Those that begin with custom- were made by members.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <summary>Who made it, for a bot.</summary>
    internal string OwnerId { get; init; } = "";

    internal long CreateAt { get; }

    internal long UpdateAt { get; }

    /// <summary>Hears of each change by a test.</summary>
    internal Action<StandInUser>? Changed { get; set; }

    /// <summary>Switches between a plain account and a system administrator.</summary>
    public bool IsAdmin
    {
        get => Roles.Split(' ').Contains("system_admin");
        set => Roles = value ? AdminRoles : PlainRoles;
    }

    /// <summary>Whether the token is one of this account's.</summary>
    public bool HasToken(string token) => Token == token || _tokens.Any(one => one.Token == token);

    internal bool HasTokenId(string id) => _tokens.Any(one => one.Id == id);

    internal void AddToken(string id, string token) => _tokens = [.. _tokens, (id, token)];

    internal void RemoveToken(string id) => _tokens = [.. _tokens.Where(one => one.Id != id)];

    /// <summary>Takes over what the database says.</summary>
    internal void Take(StandInAccount account)
    {
        _email = account.Email;
        _roles = account.Roles;
        _deleteAt = account.DeleteAt;
    }

    private void Set<T>(ref T field, T value)
    {
        field = value;
        Changed?.Invoke(this);
    }
}

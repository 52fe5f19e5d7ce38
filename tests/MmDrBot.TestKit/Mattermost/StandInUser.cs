namespace MmDrBot.TestKit.Mattermost;

/// <summary>An account. Roles and the like may be changed while the server runs.</summary>
public sealed class StandInUser
{
    private const string AdminRoles = "system_user system_admin";
    private const string PlainRoles = "system_user";

    internal StandInUser(string username, bool isBot, bool admin, long now)
    {
        Username = username;
        IsBot = isBot;
        IsAdmin = admin;
        CreateAt = UpdateAt = now;
        Email = isBot ? $"{username}@localhost" : $"{username}@acme.example";
    }

    public string Id { get; } = StandInIds.New();

    public string Username { get; }

    public bool IsBot { get; }

    public string Email { get; set; }

    public string Roles { get; set; } = PlainRoles;

    public string AuthService { get; set; } = "";

    /// <summary>Unix milliseconds; above 0 for a deactivated account.</summary>
    public long DeleteAt { get; set; }

    /// <summary>An access token of this account; another value revokes the old one.</summary>
    public string Token { get; set; } = StandInIds.New();

    internal long CreateAt { get; }

    internal long UpdateAt { get; }

    /// <summary>Switches between a plain account and a system administrator.</summary>
    public bool IsAdmin
    {
        get => Roles.Split(' ').Contains("system_admin");
        set => Roles = value ? AdminRoles : PlainRoles;
    }
}

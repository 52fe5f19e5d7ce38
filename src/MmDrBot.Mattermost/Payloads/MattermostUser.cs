using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>An account as the API shows it. Fields that the caller may not see are empty.</summary>
public sealed record MattermostUser
{
    private const string SystemAdminRole = "system_admin";

    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>Lower case, without the @.</summary>
    public string Username { get; init; } = "";

    /// <summary>Empty where the server hides addresses.</summary>
    public string Email { get; init; } = "";

    /// <summary>Role names separated by blanks.</summary>
    public string Roles { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long CreateAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long UpdateAt { get; init; }

    /// <summary>Unix milliseconds of the deactivation; 0 while the account is active.</summary>
    public long DeleteAt { get; init; }

    /// <summary>The login service, such as <c>gitlab</c>; empty for password accounts, and for everybody unless a system administrator asks.</summary>
    public string AuthService { get; init; } = "";

    /// <summary>What that service knows the account by; only newer releases (about 10.11) show it, and to system administrators alone.</summary>
    public string AuthData { get; init; } = "";

    /// <summary>Whether the address was confirmed. Answers about other accounts mostly leave it out, which reads as false: the database tells.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Whether signing in with a password asks for a second factor.</summary>
    public bool MfaActive { get; init; }

    /// <summary>Whether this is a bot account; the API leaves the field out for people.</summary>
    public bool IsBot { get; init; }

    /// <summary>Where the account's clock runs; absent for some bots.</summary>
    public UserTimezone? Timezone { get; init; }

    /// <summary>Whether the account is active and its roles contain exactly <c>system_admin</c>.</summary>
    [JsonIgnore]
    public bool IsSystemAdmin => DeleteAt == 0 && Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(SystemAdminRole, StringComparer.Ordinal);
}

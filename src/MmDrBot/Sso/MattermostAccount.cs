namespace MmDrBot.Sso;

/// <summary>An account as Mattermost's own database has it.</summary>
internal sealed record MattermostAccount
{
    public string Id { get; init; } = "";

    public string Username { get; init; } = "";

    public string Email { get; init; } = "";

    /// <summary>Empty for accounts that sign in with a password.</summary>
    public string AuthService { get; init; } = "";

    /// <summary>Null for accounts that sign in with a password.</summary>
    public string? AuthData { get; init; }

    public bool HasPassword { get; init; }

    public bool MfaActive { get; init; }

    public string Roles { get; init; } = "";

    /// <summary>Unix milliseconds; 0 while the account is active.</summary>
    public long DeleteAt { get; init; }

    /// <summary>When the password or the binding was changed last; Unix milliseconds.</summary>
    public long LastPasswordUpdate { get; init; }

    public bool EmailVerified { get; init; }

    public bool IsBot { get; init; }

    /// <summary>Whether the account belongs to another, connected server.</summary>
    public bool IsRemote { get; init; }

    internal bool UsesPassword => AuthService.Length == 0 && string.IsNullOrEmpty(AuthData);

    internal bool IsActive => DeleteAt == 0;

    internal bool IsSystemAdmin => Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("system_admin", StringComparer.Ordinal);

    internal bool IsGuest => Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("system_guest", StringComparer.Ordinal);

    /// <summary>Whether the row holds this pair and nothing else to sign in with.</summary>
    internal bool IsBoundTo(string service, string data) => AuthService == service && AuthData == data && !HasPassword;

    /// <summary>Whether a new password would destroy this pair, or nothing at all.</summary>
    internal bool HoldsAtMost(string service, string data) => UsesPassword || (AuthService == service && AuthData == data);
}

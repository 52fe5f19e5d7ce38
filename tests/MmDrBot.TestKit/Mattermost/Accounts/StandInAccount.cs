namespace MmDrBot.TestKit.Mattermost;

/// <summary>A row of the table users at one moment.</summary>
public sealed record StandInAccount
{
    public required string Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public bool EmailVerified { get; init; }

    /// <summary>The hash; empty for accounts of a sign-in service.</summary>
    public string Password { get; init; } = "";

    public string AuthService { get; init; } = "";

    public string? AuthData { get; init; }

    public string Roles { get; init; } = "system_user";

    public bool MfaActive { get; init; }

    public string MfaSecret { get; init; } = "";

    public int FailedAttempts { get; init; }

    public long CreateAt { get; init; }

    public long UpdateAt { get; init; }

    public long DeleteAt { get; init; }

    public long LastPasswordUpdate { get; init; }

    /// <summary>The connected server that the account belongs to; empty for local ones.</summary>
    public string RemoteId { get; init; } = "";

    public bool IsBot { get; init; }

    internal bool IsSso => AuthService is not ("" or "email");

    internal bool IsGuest => Roles.Split(' ').Contains("system_guest");

    /// <summary>Without hash and secret.</summary>
    public override string ToString() => $"@{Username} {(AuthService.Length == 0 ? "password" : $"{AuthService}:{AuthData}")}";
}

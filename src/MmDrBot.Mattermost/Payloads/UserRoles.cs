namespace MmDrBot.Mattermost;

/// <summary>The roles that an account gets.</summary>
/// <param name="Roles">All of them, separated by blanks.</param>
public sealed record UserRoles(string Roles)
{
    /// <summary>A system administrator's.</summary>
    public static UserRoles SystemAdmin { get; } = new("system_user system_admin");
}

using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Cli;

/// <summary>
/// The user of the machine. Whoever can run the program with its settings holds the keys anyway and may do everything, unless rules for
/// `cli:` users say who may do what; root always may everything.
/// </summary>
internal static class CliActor
{
    private const string Root = "root";

    internal static Actor Of(AccessOptions access, string user)
    {
        var rules = access.Rules.Where(rule => rule.Subject is RoleSubject.Cli).ToArray();
        IReadOnlyList<RoleGrant> grants =
            user == Root ? [new RoleGrant(Role.Admin, "root of this machine")]
            : rules.Length == 0 ? [new RoleGrant(Role.Admin, "holds the settings; no rule for cli: users is set")]
            : [.. rules.Where(rule => rule.Name == user.ToLowerInvariant()).Select(rule => new RoleGrant(rule.Role, $"cli:{rule.Name}"))];
        return new Actor($"cli:{user}", Door.Cli, RolePermissions.Of(grants.Select(grant => grant.Role))) { RequestId = Reference.New(), Grants = grants, Zone = TimeZoneInfo.Local };
    }

    /// <summary>Whoever became root by sudo stays the one who acts. Of anybody else the variable is not believed: they could write anything into it.</summary>
    internal static string User => Environment.UserName == Root && Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    /// <summary>By sudo one holds what root holds.</summary>
    internal static Actor Current(AccessOptions access) =>
        Environment.UserName == Root ? Of(access, Root) with { Name = $"cli:{User}" } : Of(access, User);
}

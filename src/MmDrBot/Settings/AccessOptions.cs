using MmDrBot.Access;

namespace MmDrBot.Settings;

/// <summary>
/// Section `Access`: who has which role. An entry is `role:system_admin` (a role of Mattermost), `user:alice` or `@alice`, `group:NAME`,
/// `channel:ID` (its members), or `cli:NAME` (a user of the machine).
/// </summary>
internal sealed record AccessOptions
{
    public IReadOnlyList<string>? Viewers { get; init; }

    public IReadOnlyList<string>? Helpdesk { get; init; }

    public IReadOnlyList<string>? Operators { get; init; }

    /// <summary>Default: role:system_admin.</summary>
    public IReadOnlyList<string>? Admins { get; init; }

    internal IReadOnlyList<RoleRule> Rules => [.. Entries().Select(entry => RoleRule.Parse(entry.Role, entry.Text)).OfType<RoleRule>()];

    internal IEnumerable<string> Unreadable => Entries().Where(entry => RoleRule.Parse(entry.Role, entry.Text) is null).Select(entry => entry.Text);

    private IEnumerable<(Role Role, string Text)> Entries() =>
    [
        .. (Viewers ?? []).Select(text => (Role.Viewer, text)),
        .. (Helpdesk ?? []).Select(text => (Role.Helpdesk, text)),
        .. (Operators ?? []).Select(text => (Role.Operator, text)),
        .. (Admins ?? ["role:system_admin"]).Select(text => (Role.Admin, text)),
    ];
}

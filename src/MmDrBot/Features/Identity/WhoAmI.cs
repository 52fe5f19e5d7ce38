using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Settings;

namespace MmDrBot.Features.Identity;

/// <summary>Who somebody is here, what they may do, and why.</summary>
/// <param name="Name">"mattermost:alice", "api-key:ab12cd34" or "cli:root".</param>
/// <param name="Door">chat, rest or cli.</param>
/// <param name="Roles">Each with the rule that gives it; empty for API keys, whose permissions are given one by one.</param>
/// <param name="Permissions">What they may do.</param>
/// <param name="Missing">What they may not.</param>
/// <param name="NeedsSecondPerson">What they may do only when another person approves.</param>
internal sealed record Identity(string Name, string Door, IReadOnlyList<IdentityRole> Roles, IReadOnlyList<string> Permissions, IReadOnlyList<string> Missing, IReadOnlyList<string> NeedsSecondPerson);

/// <summary>A role and why somebody has it.</summary>
/// <param name="Role">viewer, helpdesk, operator or admin.</param>
/// <param name="Because">The rule, e.g. role:system_admin.</param>
internal sealed record IdentityRole(string Role, string Because);

/// <summary>Explains what the actor may do and why; everybody may ask.</summary>
internal sealed class WhoAmI(ApprovalGuard approvals)
{
    public Identity Handle(Actor actor) => new(
        actor.Name,
        EnumText.Of(actor.Door),
        [.. actor.Grants.Select(grant => new IdentityRole(EnumText.Of(grant.Role), grant.Because))],
        [.. actor.Permissions.Order().Select(EnumText.Of)],
        [.. Enum.GetValues<Permission>().Where(permission => !actor.Permissions.Contains(permission)).Select(EnumText.Of)],
        [.. Enum.GetValues<GuardedOperation>().Where(approvals.Guards).Select(EnumText.Of)]);
}

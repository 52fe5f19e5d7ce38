namespace MmDrBot.Access;

/// <summary>A role that an actor has, and why: "role system_admin", "member of channel ...".</summary>
internal sealed record RoleGrant(Role Role, string Because);

using System.Collections.Frozen;

namespace MmDrBot.Access;

/// <summary>What each role may do; nothing else in the program knows roles.</summary>
internal static class RolePermissions
{
    private static readonly Permission[] Viewer = [Permission.ViewStatus, Permission.ViewRestorePoints];

    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> Table = new Dictionary<Role, FrozenSet<Permission>>
    {
        [Role.Viewer] = Viewer.ToFrozenSet(),
        [Role.Helpdesk] = Viewer.Append(Permission.ConvertAccounts).ToFrozenSet(),
        [Role.Operator] = Viewer.Concat(
        [
            Permission.TakeBackup, Permission.Verify, Permission.CancelJob, Permission.ManageOutages, Permission.ConvertAccounts,
            Permission.ViewAudit, Permission.ApproveOperations, Permission.PinRestorePoints, Permission.ManageAlarms,
        ]).ToFrozenSet(),
        [Role.Admin] = Enum.GetValues<Permission>().ToFrozenSet(),
    }.ToFrozenDictionary();

    internal static FrozenSet<Permission> Of(Role role) => Table[role];

    internal static FrozenSet<Permission> Of(IEnumerable<Role> roles) => roles.SelectMany(role => Table[role]).ToFrozenSet();
}

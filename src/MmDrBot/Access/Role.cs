namespace MmDrBot.Access;

/// <summary>What people call a set of permissions, from the least to the most; each role may all that those before it may, helpdesk aside.</summary>
internal enum Role
{
    Viewer,
    Helpdesk,
    Operator,
    Admin,
}

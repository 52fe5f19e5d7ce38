namespace MmDrBot.Access;

/// <summary>By what a rule knows people.</summary>
internal enum RoleSubject
{
    /// <summary>A role that Mattermost gives, such as system_admin.</summary>
    Role,

    /// <summary>A username of Mattermost.</summary>
    User,

    /// <summary>The name of a group of Mattermost.</summary>
    Group,

    /// <summary>The id of a channel whose members are meant.</summary>
    Channel,

    /// <summary>A user of the machine on which the command line runs.</summary>
    Cli,
}

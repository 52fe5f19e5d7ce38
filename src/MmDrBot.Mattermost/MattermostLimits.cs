namespace MmDrBot.Mattermost;

/// <summary>Limits that Mattermost puts on integrations, the same from 5.37 to 11.x.</summary>
public static class MattermostLimits
{
    /// <summary>Longest message of a post, in Unicode code points. Longer in_channel answers fail; ephemeral ones may be longer.</summary>
    public const int PostRunes = 16_383;

    /// <summary>Largest answer to a slash command, in bytes.</summary>
    public const int CommandResponseBytes = 1024 * 1024;

    /// <summary>How often one response URL may be used; failed posts count.</summary>
    public const int ResponseUrlUses = 5;

    /// <summary>How long a slash command may take to answer.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a response URL lives.</summary>
    public static readonly TimeSpan ResponseUrlLifetime = TimeSpan.FromMinutes(30);

    /// <summary>Longest title and label of a dialog, in characters.</summary>
    public const int DialogTitle = 24;

    /// <summary>How long the trigger of a command or click can open dialogs.</summary>
    public static readonly TimeSpan TriggerLifetime = TimeSpan.FromSeconds(3);

    /// <summary>How long a <c>pending_post_id</c> is remembered, on the node that saw it.</summary>
    public static readonly TimeSpan PendingPostLifetime = TimeSpan.FromSeconds(30);
}

namespace MmDrBot.Commands;

/// <summary>The slash command as Mattermost registers it, for every team; what a person sees while typing.</summary>
internal static class CommandDefinition
{
    /// <summary>Without the slash.</summary>
    internal const string Trigger = "dr";

    internal const string DisplayName = "Disaster recovery";

    internal const string Description = "MmDrBot: backups of this server, and help while single sign-on is away.";

    /// <summary>One line beside the trigger.</summary>
    internal const string AutoCompleteDescription = "Backups of this server, and help while single sign-on is away. Try /dr help";

    /// <summary>Mattermost completes no words of custom commands, so the hint names the most wanted.</summary>
    internal const string AutoCompleteHint = "[status|backup|restore-points|verify|jobs|sso|help]";

    /// <summary>Where Mattermost posts it, below the service's own address.</summary>
    internal const string Path = "mattermost/commands";
}

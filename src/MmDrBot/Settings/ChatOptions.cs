namespace MmDrBot.Settings;

/// <summary>Section `Chat`: what people may do in Mattermost.</summary>
internal sealed record ChatOptions
{
    /// <summary>Commands, clicks and forms of one person in a minute, a quarter of them at once; 0: without limit.</summary>
    public int CommandsPerMinute { get; init; } = 120;
}

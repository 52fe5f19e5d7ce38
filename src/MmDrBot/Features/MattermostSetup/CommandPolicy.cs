using MmDrBot.Mattermost;
using MmDrBot.Registration;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Decides which command is ours and how it should be; changes nothing.</summary>
internal static class CommandPolicy
{
    internal const string Trigger = "dr";
    private const string DisplayName = "MmDrBot";
    private const string Description = "Disaster recovery: backups, restore points, outages of single sign-on.";
    private const string AutoComplete = "Backups, restore points and outages of single sign-on";
    internal const string Hint = "[help | status | backup | verify | restore-points | restore | retention ... | schedules | alarms | jobs | approvals | sso ...]";

    /// <summary>The command of a team to keep right, and a foreign one that has the trigger.</summary>
    /// <param name="commands">All custom commands of the team.</param>
    /// <param name="recorded">What our books say of the team.</param>
    /// <param name="trusted">The bot's account, and those makers of commands who are system administrators: a maker can read the token of what they made.</param>
    internal static (RegisteredCommand? Ours, RegisteredCommand? Foreign) Choose(IReadOnlyList<RegisteredCommand> commands, TeamCommand? recorded, CommandMakers trusted)
    {
        var holders = commands.Where(command => command.Trigger == Trigger).ToArray();
        var ours = holders.FirstOrDefault(command => command.Id == recorded?.CommandId && trusted.Include(command))
            ?? holders.FirstOrDefault(IsOurs)
            ?? commands.FirstOrDefault(command => command.Id == recorded?.CommandId && trusted.Include(command));
        return (ours, holders.FirstOrDefault(command => command.Id != ours?.Id && !IsOurs(command)));

        bool IsOurs(RegisteredCommand command) => command.CreatorId == trusted.BotId || (trusted.Include(command) && CommandAddress.IsOurs(command.Url));
    }

    internal static NewCommand New(string teamId, string url) => new()
    {
        TeamId = teamId,
        Trigger = Trigger,
        Url = url,
        AutoCompleteDesc = AutoComplete,
        AutoCompleteHint = Hint,
        DisplayName = DisplayName,
        Description = Description,
    };

    /// <summary>The command as it should be. What does not matter to us stays as somebody set it.</summary>
    internal static RegisteredCommand Mend(RegisteredCommand command, string url) => command with
    {
        Trigger = Trigger,
        Url = url,
        Method = "P",
        AutoComplete = true,
        AutoCompleteDesc = AutoComplete,
        AutoCompleteHint = Hint,
        DisplayName = command.DisplayName.Length > 0 ? command.DisplayName : DisplayName,
        Description = command.Description.Length > 0 ? command.Description : Description,
    };

    /// <summary>What is not as it should be, in words.</summary>
    internal static string Differences(RegisteredCommand old, RegisteredCommand wanted) => string.Join("; ", new[]
    {
        old.Url == wanted.Url ? null : $"its address was {old.Url}",
        old.Trigger == wanted.Trigger ? null : $"its trigger was {old.Trigger}",
        old.Method == wanted.Method ? null : "it was sent by GET, with its token in the address",
        old with { Url = wanted.Url, Trigger = wanted.Trigger, Method = wanted.Method } == wanted ? null : "its autocomplete or description was another",
    }.OfType<string>());
}

using MmDrBot.Features.MattermostSetup;

namespace MmDrBot.Tests.Setup;

/// <summary>The one line that Mattermost shows while somebody types `/dr`.</summary>
public sealed class CommandHintTests
{
    [Fact]
    public void The_hint_names_commands_that_are_there_and_every_group_of_them()
    {
        var first = MmDrBotHost.Verbs().Where(verb => verb.InChat).Select(verb => verb.Path.Split(' ')[0]).Append("help").ToHashSet();
        var hinted = CommandPolicy.Hint.Trim('[', ']').Split(" | ").Select(words => words.Split(' ')[0]).ToArray();

        Assert.Subset(first, hinted.ToHashSet());
        Assert.Superset(new HashSet<string> { "backup", "restore", "verify", "schedules", "retention", "alarms", "sso" }, hinted.ToHashSet());
        Assert.InRange(CommandPolicy.Hint.Length, 1, 200);
    }
}

using MmDrBot.Mattermost;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Whose commands may be ours: the bot's, and those of system administrators.</summary>
internal sealed record CommandMakers(string BotId, IReadOnlySet<string> Administrators)
{
    internal bool Include(RegisteredCommand command) => command.CreatorId == BotId || Administrators.Contains(command.CreatorId);

    /// <summary>Asks only about those who made a command that could be ours.</summary>
    internal static async Task<CommandMakers> OfAsync(IMattermostApi api, IReadOnlyList<RegisteredCommand> commands, string? recordedId, string botId, CancellationToken cancellationToken)
    {
        var administrators = new HashSet<string>();
        foreach (var maker in commands.Where(command => command.Trigger == CommandPolicy.Trigger || command.Id == recordedId).Select(command => command.CreatorId).Where(id => id.Length > 0 && id != botId).Distinct())
        {
            if (await IsAdministratorAsync(api, maker, cancellationToken))
            {
                administrators.Add(maker);
            }
        }

        return new CommandMakers(botId, administrators);
    }

    private static async Task<bool> IsAdministratorAsync(IMattermostApi api, string userId, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.GetUserAsync(userId, cancellationToken)).IsSystemAdmin;
        }
        catch (MattermostApiException unknown) when (unknown.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}

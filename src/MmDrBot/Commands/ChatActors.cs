using System.Collections.Frozen;
using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>Finds out who typed a command, and what they may do: system administrators everything that chat offers, others nothing.</summary>
internal sealed class ChatActors(IMattermostApi api)
{
    private static readonly FrozenSet<Permission> Admin = new[]
    {
        Permission.ViewStatus, Permission.ViewRestorePoints, Permission.TakeBackup, Permission.Verify, Permission.CancelJob,
        Permission.ManageOutages, Permission.ConvertAccounts,
    }.ToFrozenSet();

    internal async Task<Actor> OfAsync(SlashCommandRequest request, CancellationToken cancellationToken)
    {
        var user = await UserAsync(request.UserId, cancellationToken);
        var permissions = user.IsSystemAdmin && !user.IsBot ? Admin : FrozenSet<Permission>.Empty;
        return new Actor($"mattermost:{user.Username}", Door.Chat, permissions) { MattermostUserId = user.Id, RequestId = Reference.New() };
    }

    private async Task<MattermostUser> UserAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetUserAsync(id, cancellationToken);
        }
        catch (MattermostApiException failure)
        {
            throw new Refusal(RefusalReason.Unavailable, $"Mattermost's API did not say who you are: {failure.Message}", "Check MMDR_Mattermost__Url and the bot's token; the command line works without Mattermost.", failure);
        }
    }
}

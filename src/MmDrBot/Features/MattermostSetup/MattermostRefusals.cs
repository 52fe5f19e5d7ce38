using System.Net;
using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Words what Mattermost refuses, with the setting or right that is behind it.</summary>
internal static class MattermostRefusals
{
    internal const string CommandsOff = "Set ServiceSettings.EnableCommands to true (System Console, Integrations, Enable Custom Slash Commands).";
    internal const string GiveRole = "Give the bot's account the role system_admin: run `mmdr mattermost register --admin-token-file FILE` with an administrator's token, or `mmctl roles system-admin BOT` on the server.";
    internal const string BadToken = "Check MMDR_Mattermost__Token, or make a new one: `mmdr mattermost register --admin-token-file FILE`.";

    internal static Refusal Of(MattermostApiException failure, string attempted) => failure switch
    {
        { StatusCode: null } => new(RefusalReason.Unavailable, $"Mattermost does not answer: {failure.Message}.", "Check MMDR_Mattermost__Url, and that Mattermost runs.", failure),
        { StatusCode: HttpStatusCode.Unauthorized } => new(RefusalReason.Forbidden, "Mattermost does not know the access token of the bot, or it was revoked.", BadToken, failure),
        { ErrorId: MattermostErrorIds.CommandsDisabled } => new(RefusalReason.Unavailable, "Mattermost has slash commands turned off.", CommandsOff, failure),
        { ErrorId: MattermostErrorIds.BotsDisabled } => new(RefusalReason.Unavailable, "Mattermost lets nobody make bot accounts.", "Set ServiceSettings.EnableBotAccountCreation to true (System Console, Integrations, Enable Bot Account Creation); it may be off again afterwards.", failure),
        { StatusCode: HttpStatusCode.Forbidden } => new(RefusalReason.Forbidden, $"Mattermost does not let the account {attempted}: {failure.Message}.", GiveRole, failure),
        _ => new(RefusalReason.Unavailable, $"Mattermost did not {attempted}: {failure.Message}.", "Its log has the request under that id.", failure),
    };

    /// <summary>Runs calls with their failures translated.</summary>
    internal static async Task<T> TranslateAsync<T>(string attempted, Func<Task<T>> calls)
    {
        try
        {
            return await calls();
        }
        catch (MattermostApiException failure)
        {
            throw Of(failure, attempted);
        }
    }
}

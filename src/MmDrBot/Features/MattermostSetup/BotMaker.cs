using System.Net;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>
/// Makes the bot account with an administrator's token, which is used for this and never kept: the account, the role, and an access token
/// that goes under seal into the state. What is there and works stays as it is.
/// </summary>
internal sealed class BotMaker(MattermostGate mattermost, BotCredentialStore credentials, StateDatabase state, AuditLog audit, AppSettings settings, TimeProvider time)
{
    private const string DisplayName = "MmDrBot";

    internal async Task<RegisteredBot> EnsureAsync(string adminToken, Actor actor, CancellationToken cancellationToken)
    {
        await using var session = MattermostSession.Open(MattermostServices.ClientOptions(settings.Mattermost) with { Token = _ => ValueTask.FromResult(adminToken) }, time);
        var admin = await AdministratorAsync(session.Api, cancellationToken);
        var (account, change) = await CurrentAsync(cancellationToken) is { } current ? (current, BotChange.None) : await FindOrCreateAsync(session.Api, admin, cancellationToken);
        var needsToken = change is not BotChange.None;
        if (!account.IsSystemAdmin)
        {
            await MattermostRefusals.TranslateAsync("give the bot its role", async () =>
            {
                await session.Api.SetRolesAsync(account.Id, UserRoles.SystemAdmin, cancellationToken);
                return true;
            });
            change = change is BotChange.None ? BotChange.RoleGiven : change;
        }

        if (needsToken)
        {
            await MakeTokenAsync(session.Api, account, change, admin, actor, cancellationToken);
        }
        else if (change is BotChange.RoleGiven)
        {
            await RecordAsync(account, change, admin, actor, null, cancellationToken);
        }

        return new RegisteredBot(account.Username, account.Id, true, change);
    }

    private static async Task<MattermostUser> AdministratorAsync(IMattermostApi api, CancellationToken cancellationToken)
    {
        MattermostUser me;
        try
        {
            me = await api.GetMeAsync(cancellationToken);
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw new Refusal(RefusalReason.Forbidden, "Mattermost does not know the administrator's token, or ServiceSettings.EnableUserAccessTokens is off.", "Turn that setting on (System Console, Integrations, Enable Personal Access Tokens) and make the token under Profile, Security; both can be undone when the bot is made.", refused);
        }
        catch (MattermostApiException failure)
        {
            throw MattermostRefusals.Of(failure, "say whose the token is");
        }

        return me.IsSystemAdmin ? me : throw new Refusal(RefusalReason.Forbidden, $"The token belongs to @{me.Username}, who is no system administrator.", "Use the token of a system administrator.");
    }

    /// <summary>Whom the service acts as now; null when it has no token, or one that nobody knows.</summary>
    private async Task<MattermostUser?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (!credentials.IsInSettings && await credentials.FindAsync(cancellationToken) is null)
        {
            return null;
        }

        try
        {
            return await mattermost.Api.GetMeAsync(cancellationToken);
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Unauthorized)
        {
            return credentials.IsInSettings
                ? throw new Refusal(RefusalReason.Forbidden, "Mattermost does not know the token that MMDR_Mattermost__Token gives, and a new one would not be used while that is set.", "Take MMDR_Mattermost__Token out of the settings, or put a valid token there; then run this again.", refused)
                : null;
        }
        catch (Refusal damaged) when (damaged.Reason is RefusalReason.Damaged)
        {
            // Sealed with a secret that is gone: a new token takes its place.
            return null;
        }
        catch (MattermostApiException failure)
        {
            throw MattermostRefusals.Of(failure, "say whose the token is");
        }
    }

    private async Task<(MattermostUser Account, BotChange Change)> FindOrCreateAsync(IMattermostApi api, MattermostUser admin, CancellationToken cancellationToken)
    {
        var name = settings.Mattermost.BotName;
        try
        {
            var found = await api.GetUserByUsernameAsync(name, cancellationToken);
            await MustBeOursAsync(api, found, cancellationToken);
            return (found, BotChange.TokenMade);
        }
        catch (MattermostApiException unknown) when (unknown.StatusCode is HttpStatusCode.NotFound)
        {
            if (admin.IsBot)
            {
                throw new Refusal(RefusalReason.Forbidden, $"There is no bot @{name} yet, and Mattermost lets no bot make another one.", "Use the token of a person who is system administrator.");
            }

            var made = await MattermostRefusals.TranslateAsync("make a bot account", () => api.CreateBotAsync(new NewBot(name, DisplayName, "Disaster recovery: backups, restore points, outages of single sign-on"), cancellationToken));
            return (new MattermostUser { Id = made.UserId, Username = made.Username, Roles = "system_user", IsBot = true }, BotChange.Created);
        }
        catch (MattermostApiException failure)
        {
            throw MattermostRefusals.Of(failure, $"look for @{name}");
        }
    }

    /// <summary>It gets every right there is, so whoever made it must have had them.</summary>
    private static async Task MustBeOursAsync(IMattermostApi api, MattermostUser found, CancellationToken cancellationToken)
    {
        const string Hint = "Set MMDR_Mattermost__BotName to another name, and run this again.";
        if (!found.IsBot)
        {
            throw new Refusal(RefusalReason.Conflict, $"@{found.Username} is a person's account, not a bot's.", Hint);
        }

        if (found.DeleteAt > 0)
        {
            throw new Refusal(RefusalReason.Conflict, $"The bot @{found.Username} is deactivated.", $"Activate it (Integrations, Bot Accounts), or: {Hint}");
        }

        var owner = (await api.GetBotAsync(found.Id, cancellationToken)).OwnerId;
        var isAdmins = owner.Length == 26 && (await api.GetUserAsync(owner, cancellationToken)).IsSystemAdmin;
        if (!isAdmins)
        {
            throw new Refusal(RefusalReason.Conflict, $"The bot @{found.Username} was made by somebody who is no system administrator, so it gets no rights from here.", Hint);
        }
    }

    private async Task MakeTokenAsync(IMattermostApi api, MattermostUser account, BotChange change, MattermostUser admin, Actor actor, CancellationToken cancellationToken)
    {
        // Fails here, before anything is made, where there is no secret to seal with.
        _ = credentials.Seal(account.Id, "probe");
        var token = await MattermostRefusals.TranslateAsync("make an access token for the bot", () => api.CreateAccessTokenAsync(account.Id, new NewAccessToken($"{DisplayName} {time.GetUtcNow():yyyy-MM-dd}"), cancellationToken));
        var credential = new BotCredential { UserId = account.Id, Username = account.Username, TokenId = token.Id, SealedToken = credentials.Seal(account.Id, token.Token) };
        // From here on the token exists: it is not left behind unknown because somebody lost patience.
        await RecordAsync(account, change, admin, actor, credential, CancellationToken.None);
    }

    private Task RecordAsync(MattermostUser account, BotChange change, MattermostUser admin, Actor actor, BotCredential? credential, CancellationToken cancellationToken)
    {
        var entry = AuditEntry.By(actor, time.GetUtcNow(), change switch { BotChange.Created => "mattermost.bot_created", BotChange.TokenMade => "mattermost.bot_token_made", _ => "mattermost.bot_role_given" }, account.Username, AuditOutcome.Succeeded) with
        {
            DetailJson = JsonSerializer.Serialize(new { userId = account.Id, tokenId = credential?.TokenId, role = UserRoles.SystemAdmin.Roles, withTokenOf = admin.Username }),
        };
        return state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (credential is not null)
                {
                    await credentials.SaveAsync(transaction, credential, actor, token);
                }

                await audit.AppendAsync(transaction, entry, token);
            },
            cancellationToken);
    }
}

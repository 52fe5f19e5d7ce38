using System.Net;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Mattermost;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Mattermost's API: whether it answers, which release, whose token we have, and what the bot may do.</summary>
internal sealed class ApiDoctor(MattermostGate mattermost, AppSettings settings, TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(1);

    public DoctorArea Area => DoctorArea.Mattermost;

    public string What => "Mattermost's API";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (settings.Mattermost.Url is not { Length: > 0 })
        {
            return [Finding.Skipped(What, "MMDR_Mattermost__Url is not set; chat and single sign-on outages need it, backups do not.", "Set MMDR_Mattermost__Url, such as http://localhost:8065.")];
        }

        // This much needs no token; one that is missing or wrong must not pass for a server that is away.
        await using var session = MattermostSession.Open(MattermostServices.ClientOptions(settings.Mattermost) with { Token = _ => ValueTask.FromResult("none"), Retries = 0 }, time);
        var findings = new List<Finding> { await ReachAsync(session.Api, cancellationToken) };
        if (findings[0].State is FindingState.Ok)
        {
            findings.Add(Version(session.Server));
            findings.Add(Clock(session.Server));
            findings.Add(await HealthAsync(session.Api, cancellationToken));
            findings.AddRange(await BotAsync(cancellationToken));
        }

        return findings;
    }

    private async Task<Finding> ReachAsync(IMattermostApi api, CancellationToken cancellationToken)
    {
        try
        {
            await api.PingAsync(cancellationToken);
            return Finding.Ok(What, $"{settings.Mattermost.Url} answers.");
        }
        catch (MattermostApiException failure)
        {
            return Finding.Failed(What, $"{settings.Mattermost.Url} does not answer as Mattermost does: {failure.Message}.", "Check MMDR_Mattermost__Url, and that Mattermost runs.");
        }
    }

    private static Finding Version(MattermostServer server)
    {
        const string Name = "Mattermost's release";
        return server.Version switch
        {
            null => Finding.Warning(Name, "What answers names no release; it may be something else than Mattermost.", "Check MMDR_Mattermost__Url."),
            { } version when version.IsAtLeast(5, 37) => Finding.Ok(Name, $"{version}"),
            { } version => Finding.Failed(Name, $"{version} is older than 5.37, the oldest that MmDrBot knows.", "Upgrade Mattermost."),
        };
    }

    private static Finding Clock(MattermostServer server)
    {
        const string Name = "clock against Mattermost's";
        const string Cure = "Let both machines keep their clocks by NTP (timedatectl set-ntp true).";
        return server.ClockSkew switch
        {
            null => Finding.Skipped(Name, "Mattermost's answers have no date."),
            { } skew when skew.Duration() < Tolerated => Finding.Ok(Name, $"Within {Tolerated.TotalSeconds:0} s."),
            { } skew when skew.Duration() < Harmful => Finding.Warning(Name, $"{skew.TotalSeconds:0} s apart.", Cure),
            { } skew => Finding.Failed(Name, $"{skew.TotalSeconds:0} s apart: expiries and second factors go wrong.", Cure),
        };
    }

    private static async Task<Finding> HealthAsync(IMattermostApi api, CancellationToken cancellationToken)
    {
        const string Name = "Mattermost's health";
        try
        {
            await api.GetServerStatusAsync(cancellationToken);
            return Finding.Ok(Name, "It says that its database and its file store are well.");
        }
        catch (MattermostApiException failure)
        {
            return Finding.Failed(Name, $"It does not say that its database and its file store are well: {failure.Message}.", "Look at Mattermost's log.");
        }
    }

    private async Task<IReadOnlyList<Finding>> BotAsync(CancellationToken cancellationToken)
    {
        const string Name = "bot account";
        try
        {
            var me = await mattermost.Api.GetMeAsync(cancellationToken);
            var account = me.IsBot
                ? Finding.Ok(Name, $"The token is @{me.Username}'s.")
                : Finding.Warning(Name, $"The token belongs to @{me.Username}, a person: it ends when the person goes, or when EnableUserAccessTokens is turned off.", "Make a bot account: take MMDR_Mattermost__Token out of the settings, and run `mmdr mattermost register --admin-token-file FILE`.");
            const string Right = "right to register /dr";
            return
            [
                account,
                me.IsSystemAdmin ? Finding.Ok(Right, "The account has the role system_admin.") : Finding.Warning(Right, "The account has not the role system_admin: it can neither register /dr nor see whether it is right. What is registered works.", MattermostRefusals.GiveRole),
            ];
        }
        catch (Refusal none)
        {
            return [Finding.Failed(Name, none.Message, none.Hint)];
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Unauthorized)
        {
            return [Finding.Failed(Name, "Mattermost does not know the access token, or it was revoked.", MattermostRefusals.BadToken)];
        }
        catch (MattermostApiException failure)
        {
            return [Finding.Failed(Name, failure.Message, "Look at Mattermost's log.")];
        }
    }
}

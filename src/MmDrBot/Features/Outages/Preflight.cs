using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Mattermost;
using MmDrBot.Protection;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Looks, before an outage is opened, whether conversions would work and help: each point OK or not, with reason and cure.</summary>
internal sealed class Preflight(MattermostGate mattermost, AccountDirectory accounts, ConversionStore conversions, RepositoryProvider repositories, AuditAnchors anchors, SignInSettings signIn, MailProbe mail)
{
    internal const string SignIn = "sign-in by e-mail or username";

    /// <summary>Before an outage is opened; tries the ledger by writing.</summary>
    public async Task<IReadOnlyList<PreflightCheck>> RunAsync(CancellationToken cancellationToken) =>
        [.. await LookAsync(cancellationToken), await LedgerAsync(writes: true, cancellationToken)];

    /// <summary>The same, writing nothing: the ledger is only opened.</summary>
    internal async Task<IReadOnlyList<PreflightCheck>> ShowAsync(CancellationToken cancellationToken) =>
        [.. await LookAsync(cancellationToken), await LedgerAsync(writes: false, cancellationToken)];

    /// <summary>Without the ledger.</summary>
    internal async Task<IReadOnlyList<PreflightCheck>> LookAsync(CancellationToken cancellationToken)
    {
        var config = await ConfigAsync(cancellationToken);
        var checks = new List<PreflightCheck> { await BotAsync(cancellationToken) };
        if (config is not null)
        {
            checks.Add(await SignInAsync(config, cancellationToken));
            checks.AddRange(OfConfig(config));
            checks.Add(await mail.CheckAsync(config, cancellationToken));
        }
        else
        {
            checks.Add(new PreflightCheck("Mattermost's settings", false, "The API did not show them.", "The bot's account needs the role system_admin.", false));
        }

        checks.Add(await DatabaseAsync(cancellationToken));
        return checks;
    }

    private async Task<PreflightCheck> SignInAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var (byMail, byName) = (Flag(config, "EmailSettings", "EnableSignInWithEmail"), Flag(config, "EmailSettings", "EnableSignInWithUsername"));
        if (byMail || byName)
        {
            return new PreflightCheck(SignIn, true, $"By {(byMail ? byName ? "e-mail and username" : "e-mail" : "username")}.", null, true);
        }

        const string Off = "Both are off, so a converted account could not sign in at all.";
        return await signIn.ObstacleAsync(config, cancellationToken) is var (why, cure)
            ? new PreflightCheck(SignIn, false, $"{Off} --enable-email-sign-in would not help: {why}", cure, true)
            : new PreflightCheck(SignIn, false, Off, "Open with --enable-email-sign-in, which turns it on for the time of the outage; or set EmailSettings.EnableSignInWithEmail.", true);
    }

    private static IEnumerable<PreflightCheck> OfConfig(JsonObject config)
    {
        var signUp = Flag(config, "EmailSettings", "EnableSignUpWithEmail");
        yield return new("sign-up by e-mail", true, $"{(signUp ? "On" : "Off")}, which does not matter: it is about new accounts.", null, false);
        var verification = Flag(config, "EmailSettings", "RequireEmailVerification");
        yield return new("e-mail verification", !verification, verification ? "Accounts whose address is not verified can't sign in with a password." : "Not demanded.", "Verify such an address when it comes up: POST /api/v4/users/{id}/email/verify/member.", false);
        var mfa = Flag(config, "ServiceSettings", "EnforceMultifactorAuthentication");
        yield return new("second factor", !mfa, mfa ? "Enforced: converted people without one must enrol at their first sign-in." : "Not enforced.", "Tell the callers to have an authenticator app at hand.", false);
        var site = Text(config, "ServiceSettings", "SiteURL");
        yield return new("SiteURL", site.Length > 0, site.Length > 0 ? site : "Not set, so reset mails hold no usable link.", "Set ServiceSettings.SiteURL, or deliver by one-time-link.", false);
        var developer = Flag(config, "ServiceSettings", "EnableDeveloper");
        yield return new("password policy", !developer, developer ? "EnableDeveloper is on, which turns the policy off." : "In force.", "Set ServiceSettings.EnableDeveloper to false.", false);
    }

    private async Task<JsonObject?> ConfigAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await mattermost.Api.GetConfigAsync(cancellationToken);
        }
        catch (MattermostApiException)
        {
            return null;
        }
    }

    private async Task<PreflightCheck> BotAsync(CancellationToken cancellationToken)
    {
        const string Name = "the bot's account";
        const string Cure = "Give it the role system_admin (`mattermost roles system_admin BOT`, or System Console, Users), and check MMDR_Mattermost__Token.";
        try
        {
            var me = await mattermost.Api.GetMeAsync(cancellationToken);
            return me.IsSystemAdmin
                ? new PreflightCheck(Name, true, $"@{me.Username} is a system administrator.", null, true)
                : new PreflightCheck(Name, false, $"@{me.Username} is no system administrator, so Mattermost will not let it bring anybody back.", Cure, true);
        }
        catch (MattermostApiException failure)
        {
            return new PreflightCheck(Name, false, failure.Message, Cure, true);
        }
    }

    private async Task<PreflightCheck> DatabaseAsync(CancellationToken cancellationToken)
    {
        const string Name = "database and break-glass account";
        try
        {
            var converted = await conversions.ListOpenAsync(null, cancellationToken);
            var count = await accounts.CountBreakGlassAsync([.. converted.Select(one => one.UserId)], cancellationToken);
            return new PreflightCheck(Name, count > 0, count > 0 ? $"Readable; {count} system administrators sign in with a password of their own." : "Readable; but no active system administrator signs in with a password of their own.", "Keep one system administrator with a password of its own, for the time when single sign-on is away.", false);
        }
        catch (Refusal refusal)
        {
            return new PreflightCheck(Name, false, refusal.Message, refusal.Hint, true);
        }
    }

    private async Task<PreflightCheck> LedgerAsync(bool writes, CancellationToken cancellationToken)
    {
        const string Name = "ledger";
        try
        {
            await repositories.OpenAsync(cancellationToken);
            if (!writes)
            {
                return new PreflightCheck(Name, true, $"{repositories.Location} can be opened; whether it can be written is tried when an outage is opened.", null, true);
            }

            // The head of the audit chain goes into the same store, by the same way.
            await anchors.WriteAsync(again: true, cancellationToken);
            return new PreflightCheck(Name, true, $"{repositories.Location} can be written.", null, true);
        }
        catch (Refusal refusal)
        {
            return new PreflightCheck(Name, false, refusal.Message, refusal.Hint ?? "Mend the repository first: `mmdr repository test`.", true);
        }
    }

    private static bool Flag(JsonObject config, string section, string name) => config[section]?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static string Text(JsonObject config, string section, string name) => config[section]?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

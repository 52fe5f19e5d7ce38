using System.Net;
using System.Text.Json.Nodes;
using MmDrBot.Diagnosis;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Looks at the settings of Mattermost that `/dr` needs, and names the one to change.</summary>
internal sealed class ServerSettings(MattermostGate mattermost, AppSettings settings)
{
    internal async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OfAsync(await mattermost.Api.GetConfigAsync(cancellationToken), cancellationToken);
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            return [Finding.Skipped("Mattermost's settings", "Mattermost shows them to system administrators alone, and the bot is none.", MattermostRefusals.GiveRole)];
        }
        catch (MattermostApiException failure)
        {
            var refusal = MattermostRefusals.Of(failure, "show its settings");
            return [Finding.Failed("Mattermost's settings", refusal.Message, refusal.Hint)];
        }
    }

    private async Task<IReadOnlyList<Finding>> OfAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var service = config["ServiceSettings"] as JsonObject ?? [];
        return
        [
            Flag(service, "EnableCommands", "Slash commands are on.", "Slash commands are off, so /dr does nothing.", MattermostRefusals.CommandsOff),
            SiteUrl(Text(service, "SiteURL")),
            IsOn(service, "EnableBotAccountCreation")
                ? Finding.Ok("EnableBotAccountCreation", "Bot accounts can be made.")
                : Finding.Ok("EnableBotAccountCreation", "Off: no bot account can be made; those that are there work."),
            IsOn(service, "EnableUserAccessTokens")
                ? Finding.Ok("EnableUserAccessTokens", "People's access tokens count.")
                : Finding.Ok("EnableUserAccessTokens", "Off: people's access tokens do not count; those of bots do."),
            await UntrustedConnections.CheckAsync(Text(service, "AllowedUntrustedInternalConnections"), CommandAddress.Service(settings).Host, Dns.GetHostAddressesAsync, cancellationToken),
        ];
    }

    private Finding SiteUrl(string site)
    {
        const string What = "SiteURL";
        if (site.Length == 0)
        {
            return Finding.Failed(What, "ServiceSettings.SiteURL is empty: late answers to /dr have no address to go to, and links in mails are broken.", "Set ServiceSettings.SiteURL to the address that people use, such as https://chat.example.org (System Console, Environment, Web Server).");
        }

        var known = new[] { settings.Mattermost.SiteUrl, settings.Mattermost.Url }.OfType<string>().Any(url => url.TrimEnd('/') == site.TrimEnd('/'));
        return known
            ? Finding.Ok(What, site)
            : Finding.Failed(What, $"Mattermost's SiteURL is {site}, which is neither MMDR_Mattermost__SiteUrl nor MMDR_Mattermost__Url: late answers to /dr are not sent to addresses that are not known here.", $"Set MMDR_Mattermost__SiteUrl to {site}.");
    }

    private static Finding Flag(JsonObject service, string name, string on, string off, string cure) => IsOn(service, name) ? Finding.Ok(name, on) : Finding.Failed(name, off, cure);

    // A setting that a release does not have is as good as on.
    private static bool IsOn(JsonObject service, string name) => service[name] is not JsonValue value || !value.TryGetValue<bool>(out var flag) || flag;

    private static string Text(JsonObject service, string name) => service[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

using System.Globalization;
using MmDrBot.Engine.Sources.Config;

namespace MmDrBot.Sso;

/// <summary>What is asked to learn whether a sign-in service is well.</summary>
/// <param name="Service">Mattermost's name of it.</param>
/// <param name="Address">https://..., or ldap://host:port and ldaps://host:port for a bare connection.</param>
/// <param name="IsDiscovery">Whether the address answers OpenID's discovery document.</param>
internal sealed record ProviderTarget(string Service, Uri Address, bool IsDiscovery)
{
    private static readonly (string Service, string Section)[] OAuth = [("gitlab", "GitLabSettings"), ("google", "GoogleSettings"), ("office365", "Office365Settings"), ("openid", "OpenIdSettings")];

    /// <summary>The services that Mattermost's configuration has turned on, at the addresses that it names.</summary>
    internal static IReadOnlyList<ProviderTarget> Of(MattermostConfig config) =>
    [
        .. OAuth.Where(item => config.IsOn(item.Section, "Enable")).Select(item => OfOAuth(config, item.Service, item.Section)).OfType<ProviderTarget>(),
        .. new[] { OfSaml(config), OfLdap(config) }.OfType<ProviderTarget>(),
    ];

    private static ProviderTarget? OfOAuth(MattermostConfig config, string service, string section) =>
        Web(config.Text(section, "DiscoveryEndpoint")) is { } discovery ? new ProviderTarget(service, discovery, IsDiscovery: true)
        : Web(config.Text(section, "AuthEndpoint")) is { } sign ? new ProviderTarget(service, sign, IsDiscovery: false) : null;

    private static ProviderTarget? OfSaml(MattermostConfig config) =>
        config.IsOn("SamlSettings", "Enable") && (Web(config.Text("SamlSettings", "IdpMetadataURL")) ?? Web(config.Text("SamlSettings", "IdpURL"))) is { } address ? new ProviderTarget("saml", address, IsDiscovery: false) : null;

    private static ProviderTarget? OfLdap(MattermostConfig config)
    {
        if (!config.IsOn("LdapSettings", "Enable") || config.Text("LdapSettings", "LdapServer") is not { Length: > 0 } server)
        {
            return null;
        }

        var secure = string.Equals(config.Text("LdapSettings", "ConnectionSecurity"), "TLS", StringComparison.OrdinalIgnoreCase);
        var port = config.Number("LdapSettings", "LdapPort") ?? (secure ? 636 : 389);
        return Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"{(secure ? "ldaps" : "ldap")}://{server}:{port}"), UriKind.Absolute, out var address) ? new ProviderTarget("ldap", address, IsDiscovery: false) : null;
    }

    private static Uri? Web(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}

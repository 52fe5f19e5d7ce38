using System.Globalization;
using MmDrBot.Engine.Sources.Config;

namespace MmDrBot.Sso;

/// <summary>What is asked to learn whether a sign-in service is well.</summary>
/// <param name="Service">Mattermost's name of it.</param>
/// <param name="Address">https://..., or ldap://host:port and ldaps://host:port for a connection.</param>
/// <param name="IsDiscovery">Whether the address answers OpenID's discovery document.</param>
internal sealed record ProviderTarget(string Service, Uri Address, bool IsDiscovery)
{
    /// <summary>Whether an ldap:// connection is to be turned into one with TLS.</summary>
    internal bool StartTls { get; init; }

    /// <summary>Whether Mattermost takes any certificate of an LDAP server, so that a bad one keeps nobody out.</summary>
    internal bool SkipVerification { get; init; }

    /// <summary>What a good probe proves; more is not known.</summary>
    internal string Proof => Address.Scheme switch
    {
        _ when IsDiscovery => "its discovery document names where people sign in",
        "https" => "its address answers with a valid certificate",
        "http" => "its address answers",
        "ldaps" => $"it takes connections with TLS{Certificate}",
        _ when StartTls => $"it takes connections and turns them into TLS (StartTLS){Certificate}",
        _ => "it takes connections; no TLS is set for it",
    };

    private string Certificate => SkipVerification ? ", its certificate is not looked at, as Mattermost's settings say" : ", with a valid certificate";

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

        var security = config.Text("LdapSettings", "ConnectionSecurity");
        var secure = string.Equals(security, "TLS", StringComparison.OrdinalIgnoreCase);
        var port = config.Number("LdapSettings", "LdapPort") ?? (secure ? 636 : 389);
        return Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"{(secure ? "ldaps" : "ldap")}://{server}:{port}"), UriKind.Absolute, out var address)
            ? new ProviderTarget("ldap", address, IsDiscovery: false) { StartTls = string.Equals(security, "STARTTLS", StringComparison.OrdinalIgnoreCase), SkipVerification = config.IsOn("LdapSettings", "SkipCertificateVerification") }
            : null;
    }

    private static Uri? Web(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}

using System.Net;
using System.Net.Sockets;

namespace MmDrBot.Webhooks;

/// <summary>
/// Which addresses a webhook may reach: public ones, and those of networks that the settings name. Whoever may add a webhook must not be
/// able to have this host call what only this host can reach, such as its own services or the cloud's metadata.
/// Sources: IANA's special-purpose address registries for IPv4 and IPv6.
/// </summary>
internal sealed class AddressGuard(IReadOnlyList<IPNetwork> allowed)
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // Azure answers its metadata here too.
            "168.63.129.16/32",

            // Within the public unicast space: protocol assignments with Teredo, documentation, 6to4.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork PublicUnicast = IPNetwork.Parse("2000::/3");

    internal bool Allows(IPAddress address)
    {
        // ::ffff:127.0.0.1 connects to 127.0.0.1.
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(real)) || IsPublic(real);
    }

    private static bool IsPublic(IPAddress address) =>
        (address.AddressFamily is AddressFamily.InterNetwork || PublicUnicast.Contains(address)) && !Special.Any(network => network.Contains(address));
}

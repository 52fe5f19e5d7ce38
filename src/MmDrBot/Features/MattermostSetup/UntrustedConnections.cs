using System.Net;
using System.Net.Sockets;
using MmDrBot.Diagnosis;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>
/// Whether Mattermost would call our address: it refuses private ones, unless ServiceSettings.AllowedUntrustedInternalConnections names the
/// host, or holds a range with the address in it.
/// </summary>
internal static class UntrustedConnections
{
    internal const string What = "AllowedUntrustedInternalConnections";
    private static readonly char[] Separators = [' ', ',', '\t', '\r', '\n'];

    // As the server has them: private, loopback, link-local, shared, test and multicast ranges.
    private static readonly IPNetwork[] Reserved = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32",
    }.Select(IPNetwork.Parse)];

    /// <param name="allowed">The setting's value.</param>
    /// <param name="host">Our host, as it stands in the command's address.</param>
    /// <param name="resolve">Gives the addresses of a name; fails where it is not known.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    internal static async Task<Finding> CheckAsync(string allowed, string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        var entries = allowed.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var bare = host.Trim('[', ']');
        if (entries.Contains(bare, StringComparer.Ordinal))
        {
            return Finding.Ok(What, $"{bare} is named.");
        }

        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(bare, out var literal) ? [literal] : await resolve(bare, cancellationToken);
        }
        catch (SocketException)
        {
            return Finding.Warning(What, $"{bare} is not named, and its address can't be found from here, so it is open whether Mattermost may call it.", Cure(bare));
        }

        var refused = addresses.Where(address => IsReserved(address) && !entries.Any(entry => Covers(entry, address))).ToArray();
        return refused.Length == 0
            ? Finding.Ok(What, addresses.Any(IsReserved) ? $"{bare} lies in a range that is named." : $"{bare} is a public address, which needs no entry.")
            : Finding.Failed(What, $"Mattermost refuses to call {bare}{(refused[0].ToString() == bare ? "" : $" ({refused[0]})")}, a private address that ServiceSettings.AllowedUntrustedInternalConnections does not name.", Cure(bare));
    }

    private static string Cure(string host) => $"Add {host} to ServiceSettings.AllowedUntrustedInternalConnections (System Console, Environment, Developer, Allow untrusted internal connections; entries are separated by blanks).";

    private static bool IsReserved(IPAddress address) => Reserved.Any(range => range.Contains(Plain(address)));

    private static bool Covers(string entry, IPAddress address) => entry.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(entry, out var range) && range.Contains(Plain(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

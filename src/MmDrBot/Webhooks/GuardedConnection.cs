using System.Net;
using System.Net.Sockets;

namespace MmDrBot.Webhooks;

/// <summary>
/// Resolves a name, judges every address, and connects to one that was judged: a name that resolves differently a moment later changes nothing.
/// </summary>
internal sealed class GuardedConnection(AddressGuard guard)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private const int LongestHeadersKilobytes = 16;

    /// <summary>No proxy, which would connect where it likes; no redirects; no cookies.</summary>
    internal SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = LongestHeadersKilobytes,
        PooledConnectionLifetime = Lifetime,
        ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint, cancellationToken),
    };

    private async Task<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var judged = found.Where(guard.Allows).ToArray();
        if (judged.Length == 0)
        {
            throw new AddressRefusedException($"{target.Host} is {string.Join(", ", found.Select(address => address.ToString()))}, which is not a public address; Webhooks:AllowedNetworks can allow its network.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(judged, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

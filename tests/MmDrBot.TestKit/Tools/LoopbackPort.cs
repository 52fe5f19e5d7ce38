using System.Net;
using System.Net.Sockets;

namespace MmDrBot.TestKit.Tools;

/// <summary>Ports for servers whose address has to be known before they start.</summary>
public static class LoopbackPort
{
    /// <summary>One that nobody listens at now.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;
using MmDrBot.Access;
using MmDrBot.Features.MattermostSetup;

namespace MmDrBot.Tests.Setup;

public sealed class UntrustedConnectionsTests
{
    [Theory]
    [InlineData("", "127.0.0.1", "failed")]
    [InlineData("127.0.0.1", "127.0.0.1", "ok")]
    [InlineData("127.0.0.2", "127.0.0.1", "failed")]
    [InlineData("localhost, 10.0.0.0/8", "10.1.2.3", "ok")]
    [InlineData("10.0.0.0/8", "192.168.1.5", "failed")]
    [InlineData("", "[::1]", "failed")]
    [InlineData("::1/128", "[::1]", "ok")]
    [InlineData("", "93.184.216.34", "ok")]
    [InlineData("", "mmdr", "failed")]
    [InlineData("other mmdr", "mmdr", "ok")]
    [InlineData("10.0.0.0/24", "mmdr", "ok")]
    [InlineData("", "public.example", "ok")]
    [InlineData("nonsense/99 10.0.0.7", "mmdr", "failed")]
    [InlineData("", "unknown.example", "warning")]
    public async Task What_Mattermost_would_refuse_to_call_is_told(string allowed, string host, string expected)
    {
        var finding = await UntrustedConnections.CheckAsync(allowed, host, ResolveAsync, CancellationToken.None);

        Assert.Equal(expected, EnumText.Of(finding.State));
        if (expected == "failed")
        {
            Assert.Contains($"Add {host.Trim('[', ']')} to ServiceSettings.AllowedUntrustedInternalConnections", finding.Cure, StringComparison.Ordinal);
        }
    }

    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => host switch
    {
        "mmdr" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.7")]),
        "public.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34")]),
        _ => throw new SocketException((int)SocketError.HostNotFound),
    };
}

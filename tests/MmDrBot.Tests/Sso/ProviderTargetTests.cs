using System.Net;
using System.Net.Sockets;
using System.Text;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

public sealed class ProviderTargetTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public void Targets_are_what_the_configuration_names_and_has_turned_on()
    {
        var config = Parse("""
            "GitLabSettings": {"Enable": true, "AuthEndpoint": "https://git.example/oauth/authorize"},
            "GoogleSettings": {"Enable": false, "DiscoveryEndpoint": "https://google.example/d"},
            "OpenIdSettings": {"Enable": true, "DiscoveryEndpoint": "https://id.example/.well-known/openid-configuration", "AuthEndpoint": "https://id.example/a"},
            "SamlSettings": {"Enable": true, "IdpMetadataURL": "", "IdpURL": "https://idp.example/sso"},
            "LdapSettings": {"Enable": true, "LdapServer": "ldap.example", "LdapPort": 636, "ConnectionSecurity": "TLS"}
            """);

        Assert.Equal(
            [
                new ProviderTarget("gitlab", new Uri("https://git.example/oauth/authorize"), false),
                new ProviderTarget("openid", new Uri("https://id.example/.well-known/openid-configuration"), true),
                new ProviderTarget("saml", new Uri("https://idp.example/sso"), false),
                new ProviderTarget("ldap", new Uri("ldaps://ldap.example:636"), false),
            ],
            ProviderTarget.Of(config));
    }

    [Theory]
    [InlineData("200 OK", "{\"authorization_endpoint\":\"https://x\"}", true, true)]
    [InlineData("200 OK", "{}", true, false)]
    [InlineData("404 Not Found", "", true, false)]
    [InlineData("400 Bad Request", "", false, true)]
    [InlineData("503 Service Unavailable", "", false, false)]
    public async Task An_address_is_well_by_what_it_answers(string status, string body, bool isDiscovery, bool isWell)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerAsync(server, status, body);

        var failure = await sso.Get<ProviderProbe>().AskAsync(new ProviderTarget("openid", new Uri($"http://{server.LocalEndpoint}/"), isDiscovery), CancellationToken.None);

        await answering;
        Assert.Equal(isWell, failure is null);
    }

    [Fact]
    public async Task Nobody_listening_is_not_well()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var address = new Uri($"ldap://{server.LocalEndpoint}");
        Assert.Null(await sso.Get<ProviderProbe>().AskAsync(new ProviderTarget("ldap", address, false), CancellationToken.None));
        server.Stop();

        Assert.NotNull(await sso.Get<ProviderProbe>().AskAsync(new ProviderTarget("ldap", address, false), CancellationToken.None));
    }

    private static async Task AnswerAsync(TcpListener server, string status, string body)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }

    private static MattermostConfig Parse(string sections) => MattermostConfig.TryParse(Encoding.UTF8.GetBytes($"{{\"SqlSettings\": {{}}, {sections}}}"))!;
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

/// <summary>A probe of an LDAP server that is to go on with TLS does so, and says what was wrong where it can't.</summary>
public sealed class LdapProbeTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    // RFC 4511, 4.14.1 and 4.14.2, written out.
    private static readonly byte[] _request = [0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, .. "1.3.6.1.4.1.1466.20037"u8];
    private static readonly byte[] _accepted = [0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00];
    private static readonly byte[] _refused = [0x30, 0x0f, 0x02, 0x01, 0x01, 0x78, 0x0a, 0x0a, 0x01, 0x34, 0x04, 0x00, 0x04, 0x03, .. "off"u8];

    // slapd writes the long form of lengths.
    private static readonly byte[] _acceptedAtLength = [0x30, 0x84, 0, 0, 0, 0x10, 0x02, 0x01, 0x01, 0x78, 0x84, 0, 0, 0, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00];

    [Theory]
    [InlineData("STARTTLS", "ldap", true)]
    [InlineData("TLS", "ldaps", false)]
    [InlineData("", "ldap", false)]
    public void The_configuration_says_how_the_server_is_spoken_to(string security, string scheme, bool isStartTls)
    {
        var config = MattermostConfig.TryParse(Encoding.UTF8.GetBytes($$"""{ "SqlSettings": {}, "LdapSettings": {"Enable": true, "LdapServer": "ldap.example", "LdapPort": 3389, "ConnectionSecurity": "{{security}}", "SkipCertificateVerification": true } }"""))!;

        var target = Assert.Single(ProviderTarget.Of(config));

        Assert.Equal((scheme, isStartTls, true), (target.Address.Scheme, target.StartTls, target.SkipVerification));
    }

    [Fact]
    public async Task A_server_that_turns_to_tls_is_well_where_no_certificate_is_asked_for()
    {
        Assert.Null(await AskAsync(_accepted, tls: true, skip: true));
        Assert.Null(await AskAsync(_acceptedAtLength, tls: true, skip: true));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_well() =>
        Assert.Contains("certificate", await AskAsync(_accepted, tls: true, skip: false), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task A_server_that_refuses_to_turn_to_tls_is_not_well_and_its_reason_is_told() =>
        Assert.Equal("it refuses StartTLS (result 52: off)", await AskAsync(_refused, tls: false, skip: true));

    [Fact]
    public async Task A_server_that_says_yes_and_then_speaks_no_tls_is_not_well() =>
        Assert.NotNull(await AskAsync([.. _accepted, .. "220 mail.example ready\r\n220 mail.example ready\r\n"u8], tls: false, skip: true));

    [Fact]
    public async Task A_server_that_speaks_another_protocol_is_not_well() =>
        Assert.NotNull(await AskAsync([.. "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\nServer: x\r\n\r\n"u8], tls: false, skip: true));

    [Fact]
    public async Task A_server_that_hangs_up_is_not_well() =>
        Assert.Equal("it closed the connection when asked for StartTLS", await AskAsync([], tls: false, skip: true));

    private async Task<string?> AskAsync(byte[] answer, bool tls, bool skip)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerAsync(server, answer, tls);
        var target = new ProviderTarget("ldap", new Uri($"ldap://{server.LocalEndpoint}"), false) { StartTls = true, SkipVerification = skip };

        var failure = await sso.Get<ProviderProbe>().AskAsync(target, CancellationToken.None);

        Assert.Equal(_request, await answering);
        return failure;
    }

    private static async Task<byte[]> AnswerAsync(TcpListener server, byte[] answer, bool tls)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var request = new byte[_request.Length];
        await stream.ReadExactlyAsync(request);
        await stream.WriteAsync(answer);
        if (tls)
        {
            using var certificate = Certificate();
            await using var secured = new SslStream(stream);
            try
            {
                await secured.AuthenticateAsServerAsync(certificate);
                _ = await secured.ReadAsync(new byte[1]);
            }
            catch (Exception ended) when (ended is IOException or AuthenticationException)
            {
                // The probe liked the certificate or not; it has what it wanted.
            }
        }

        return request;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

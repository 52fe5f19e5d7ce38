using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether certificates end soon: those that Mattermost's configuration names for SAML, LDAP and TLS, in files or in its database, and those that servers show on the
/// addresses of the settings. One that can't be read says nothing; backups tell of missing files.
/// </summary>
internal sealed partial class CertificateSource(ProtectedServer server, AppSettings settings, TimeProvider time, ILogger<CertificateSource> logger) : IAlarmSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Urgent = TimeSpan.FromDays(2);

    private static readonly (string Section, string Switch, string File, string Name)[] Named =
    [
        ("SamlSettings", "Enable", "IdpCertificateFile", "SAML identity provider"),
        ("SamlSettings", "Enable", "PublicCertificateFile", "SAML service provider"),
        ("LdapSettings", "Enable", "PublicCertificateFile", "LDAP client"),
        ("ServiceSettings", "", "TLSCertFile", "Mattermost TLS file"),
    ];

    public string Name => "certificates";

    public TimeSpan Every => TimeSpan.FromHours(6);

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!settings.Alarms.ExpiresWithin.IsSet)
        {
            return AlarmJudgement.Of();
        }

        var found = await Task.WhenAll([.. (await FilesAsync(cancellationToken)).Select(item => ReadAsync(item.Name, async token => LifeIn(await server.NamedFileAsync(item.File, token)), cancellationToken)), .. Addresses().Select(item => ReadAsync(item.Name, token => FromServerAsync(item.Address, token), cancellationToken))]);
        return new AlarmJudgement
        {
            Alarms = [.. found.Where(item => item.Life is not null).Select(item => Judge(item.Name, item.Life!, now)).OfType<Alarm>()],
            Unknown = found.Where(item => item.Life is null).Select(item => $"{AlarmKinds.CertificateExpiry}/{item.Name}").ToHashSet(),
        };
    }

    private Alarm? Judge(string name, Life life, DateTimeOffset now)
    {
        if (!Expiry.IsNear(life.From, life.End, now, settings.Alarms.ExpiresWithin))
        {
            return null;
        }

        var severity = life.End - now <= Urgent ? AlarmSeverity.Critical : AlarmSeverity.Warning;
        return new Alarm(AlarmKinds.CertificateExpiry, severity, name, $"The certificate \"{name}\" ({life.Subject}) {(life.End <= now ? "ended" : "ends")} on {life.End:yyyy-MM-dd HH:mm} UTC.", "Renew it, and tell those who rely on it (an identity provider trusts the service provider's certificate by name).");
    }

    private async Task<IEnumerable<(string Name, string File)>> FilesAsync(CancellationToken cancellationToken)
    {
        if (server.ConfigFile is null)
        {
            return [];
        }

        var config = await server.ConfigAsync(cancellationToken);
        return Named.Where(item => item.Switch.Length == 0 || config.IsOn(item.Section, item.Switch)).Select(item => (item.Name, File: config.Text(item.Section, item.File) ?? "")).Where(item => item.File.Length > 0);
    }

    private IEnumerable<(string Name, Uri Address)> Addresses() =>
        new[] { settings.Mattermost.Url, settings.Mattermost.SiteUrl, settings.Http.PublicUrl, settings.Repository.S3.Endpoint }.Concat(settings.Repositories.Values.Select(copy => copy.S3.Endpoint))
            .Where(text => text?.StartsWith("https:", StringComparison.Ordinal) is true).Select(text => new Uri(text!)).DistinctBy(address => address.Authority).Select(address => (address.Authority, address));

    private async Task<(string Name, Life? Life)> ReadAsync(string name, Func<CancellationToken, Task<Life?>> read, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (name, await read(either.Token));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or SocketException or AuthenticationException or Refusal or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotRead(logger, failure, name);
            return (name, null);
        }
    }

    /// <summary>A bundle ends with the first of its certificates.</summary>
    private static Life? LifeIn(byte[] content)
    {
        var all = new X509Certificate2Collection();
        if (Encoding.Latin1.GetString(content) is var text && text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            all.ImportFromPem(text);
        }
        else
        {
            all.Add(X509CertificateLoader.LoadCertificate(content));
        }

        return all.Select(LifeOf).MinBy(life => life.End);
    }

    /// <summary>Whether it is trusted does not matter here.</summary>
    private static async Task<Life?> FromServerAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.IdnHost, address.Port, cancellationToken);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.IdnHost, RemoteCertificateValidationCallback = static (_, _, _, _) => true }, cancellationToken);
        using var certificate = tls.RemoteCertificate is { } shown ? X509CertificateLoader.LoadCertificate(shown.GetRawCertData()) : null;
        return certificate is null ? null : LifeOf(certificate);
    }

    private static Life LifeOf(X509Certificate2 certificate) => new(certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));

    private sealed record Life(DateTimeOffset From, DateTimeOffset End, string Subject);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "The certificate {Name} could not be read.")]
        public static partial void NotRead(ILogger logger, Exception exception, string name);
    }
}

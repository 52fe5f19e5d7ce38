using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MmDrBot.TestKit.Mail;

/// <summary>Certificates for servers on loopback, by an authority of their own.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    /// <summary>Makes an authority that nobody trusts.</summary>
    public TestCertificates()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-400), TimeProvider.System.GetUtcNow().AddDays(400));
    }

    /// <summary>The authority in PEM form.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    /// <summary>A certificate with its key, for a name or an address.</summary>
    public X509Certificate2 Issue(string name, TimeSpan? since = null, TimeSpan? left = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(_authority, now - (since ?? TimeSpan.FromDays(1)), now + (left ?? TimeSpan.FromDays(90)), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        // A key that lives in memory alone can't serve TLS on every system.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}

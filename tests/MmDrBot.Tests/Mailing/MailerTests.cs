using System.Security.Cryptography.X509Certificates;
using MmDrBot.Access;
using MmDrBot.Mailing;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mail;

namespace MmDrBot.Tests.Mailing;

/// <summary>Mail to a real server over real TLS.</summary>
public sealed class MailerTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private readonly X509Certificate2 _own;

    public MailerTests()
    {
        _own = _certificates.Issue("127.0.0.1");
        File.WriteAllText(Authority, _certificates.AuthorityPem);
    }

    private string Authority => _directory.File("ca.pem");

    private static Mail Hello { get; } = new(["ops@example.org", "bob@example.org"], "Hello\r\nBcc: evil@example.org", "Text with ümlauts.\n.\nAnd a dot.\n") { Thread = "al-1", IsFirst = true };

    public void Dispose()
    {
        _own.Dispose();
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_goes_over_STARTTLS_to_all_with_its_password_under_TLS_alone()
    {
        await using var server = new SmtpStandIn(_own) { Account = ("mmdr", "the password of mail") };

        await SendAsync(Options(server) with { User = "mmdr", Password = "the password of mail" });
        await SendAsync(Options(server) with { User = "mmdr", Password = "the password of mail" }, Hello with { IsFirst = false });

        Assert.Equal(2, server.Taken.Count);
        var mail = server.Taken.First();
        Assert.True(mail.IsSecure);
        Assert.Equal(["ops@example.org", "bob@example.org"], mail.Recipients);
        Assert.Contains("Subject: Hello Bcc: evil@example.org", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Message-Id: <al-1@mmdr>", mail.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("In-Reply-To: <al-1@mmdr>", server.Taken.Last().Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\n.\n", mail.Text.Replace("=\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(server.InTheClear, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_goes_over_implicit_TLS()
    {
        await using var server = new SmtpStandIn(_own, isImplicit: true);

        await SendAsync(Options(server) with { Tls = "implicit" });

        Assert.True(Assert.Single(server.Taken).IsSecure);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_whose_certificate_nobody_trusts()
    {
        await using var server = new SmtpStandIn(_own);

        await AssertRefusedAsync("certificate is not trusted", Options(server) with { CaFile = null });

        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_with_the_certificate_of_another()
    {
        using var other = _certificates.Issue("other.example.org");
        await using var server = new SmtpStandIn(other);

        await AssertRefusedAsync("does not fit its name", Options(server));
    }

    [Fact]
    public async Task Nothing_is_sent_by_an_expired_certificate()
    {
        using var old = _certificates.Issue("127.0.0.1", TimeSpan.FromDays(30), TimeSpan.FromDays(-1));
        await using var server = new SmtpStandIn(old);

        await AssertRefusedAsync("certificate is not trusted", Options(server));
    }

    [Fact]
    public async Task Nothing_is_sent_in_the_clear_to_a_server_without_STARTTLS()
    {
        await using var server = new SmtpStandIn(null);

        await AssertRefusedAsync("offers no STARTTLS", Options(server));
        Assert.DoesNotContain(server.InTheClear, line => line.StartsWith("MAIL", StringComparison.Ordinal));

        await SendAsync(Options(server) with { Tls = "none" });
        Assert.False(Assert.Single(server.Taken).IsSecure);
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_never_shown()
    {
        await using var server = new SmtpStandIn(_own) { Account = ("mmdr", "right") };

        var refusal = await AssertRefusedAsync("refused user and password", Options(server) with { User = "mmdr", Password = "a wrong one 4711" });

        Assert.DoesNotContain("a wrong one 4711", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_says_of_a_recipient_is_passed_on()
    {
        await using var server = new SmtpStandIn(_own) { RefusesRecipients = "550 no such user here" };

        await AssertRefusedAsync("no such user here", Options(server));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_after_a_while()
    {
        await using var server = new SmtpStandIn(_own) { IsSilent = true };

        await AssertRefusedAsync("no answer within 1 s", Options(server) with { Timeout = new Duration(TimeSpan.FromSeconds(1)) });
    }

    [Fact]
    public async Task Without_a_server_it_says_which_setting_is_missing() => await AssertRefusedAsync("MMDR_Mail__Host is not set", new MailOptions(), RefusalReason.Invalid);

    private MailOptions Options(SmtpStandIn server) => new() { Host = "127.0.0.1", Port = server.Port, From = "mmdr@example.org", To = ["ops@example.org"], CaFile = Authority };

    private static Task SendAsync(MailOptions options, Mail? mail = null) => new Mailer(options, TimeProvider.System).SendAsync(mail ?? Hello, CancellationToken.None);

    private static async Task<Refusal> AssertRefusedAsync(string said, MailOptions options, RefusalReason reason = RefusalReason.Unavailable)
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => SendAsync(options));
        Assert.Equal(reason, refusal.Reason);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        return refusal;
    }
}

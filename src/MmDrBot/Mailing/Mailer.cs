using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Mailing;

/// <summary>Sends mail through the server of the settings: over TLS with a checked certificate, unless they say otherwise.</summary>
internal sealed class Mailer(MailOptions options, TimeProvider time)
{
    /// <summary>Sends one mail. When this returns, the server has taken it.</summary>
    /// <exception cref="Refusal">Invalid: no mail server is set. Unavailable: it was not taken; the message says why.</exception>
    internal async Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        RequireServer();
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = Compose(mail);
            await SendAsync(message, either.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not Refusal)
        {
            throw new Refusal(RefusalReason.Unavailable, $"{options.Host}:{options.EffectivePort} did not take the mail: {Words(failure)}", "`mmdr mail test ADDRESS` tries it again; docs/alarms.md tells which settings there are (MMDR_Mail__...).", failure);
        }
    }

    private void RequireServer()
    {
        if (!options.IsSet)
        {
            throw new Refusal(RefusalReason.Invalid, "MMDR_Mail__Host is not set, so no mail is sent.", "Set MMDR_Mail__Host, MMDR_Mail__From and MMDR_Mail__To__0.");
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trusts };
        await client.ConnectAsync(options.Host!, options.EffectivePort, Security(), cancellationToken);
        if (options is { User: { Length: > 0 } user, Password: { Length: > 0 } password })
        {
            await client.AuthenticateAsync(user, password, cancellationToken);
        }

        await client.SendAsync(message, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    private SecureSocketOptions Security() => options.Tls switch
    {
        MailOptions.Implicit => SecureSocketOptions.SslOnConnect,
        MailOptions.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>As the system does, or by the authorities of `CaFile`; the name has to fit in any case.</summary>
    private bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None)
        {
            return true;
        }

        if (errors is not SslPolicyErrors.RemoteCertificateChainErrors || options.CaFile is not { Length: > 0 } file || certificate is not X509Certificate2 server)
        {
            return false;
        }

        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return own.Build(server);
    }

    private MimeMessage Compose(Mail mail)
    {
        var message = new MimeMessage { Subject = mail.Subject.ReplaceLineEndings(" "), Date = time.GetUtcNow(), Body = new TextPart("plain") { Text = mail.Text } };
        message.From.Add(MailboxAddress.Parse(options.From!));
        message.To.AddRange(mail.To.Select(address => MailboxAddress.Parse(address)));
        // RFC 3834: no out-of-office notes in answer.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Thread is { } thread)
        {
            var first = $"{thread}@mmdr";
            message.MessageId = mail.IsFirst ? first : $"{thread}.{Reference.New()}@mmdr";
            message.InReplyTo = mail.IsFirst ? null : first;
        }

        return message;
    }

    private string Words(Exception failure) => failure switch
    {
        OperationCanceledException => $"no answer within {options.Timeout.Value.TotalSeconds:0} s.",
        SslHandshakeException => "its TLS certificate is not trusted, or does not fit its name. MMDR_Mail__CaFile can name the authority of an own one.",
        NotSupportedException => "it offers no STARTTLS, and mail is not sent in the clear. MMDR_Mail__Tls=implicit is for servers whose port begins with TLS.",
        AuthenticationException => $"it refused user and password: {failure.Message}",
        ProtocolException or SmtpCommandException => failure.Message,
        _ => failure.GetBaseException().Message,
    };
}

/// <summary>A mail in plain text.</summary>
/// <param name="To">Who gets it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
internal sealed record Mail(IReadOnlyList<string> To, string Subject, string Text)
{
    /// <summary>Mails of one thread are shown together.</summary>
    public string? Thread { get; init; }

    public bool IsFirst { get; init; }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MailKit.Net.Smtp;
using MailKit.Security;
using MmDrBot.Settings;

namespace MmDrBot.Features.Outages;

/// <summary>Whether the mail server that Mattermost names greets whoever comes, as Mattermost would come. No mail is sent.</summary>
internal sealed class MailProbe(SsoOptions options, TimeProvider time)
{
    internal const string Name = "mail";
    private const string Cure = "Mend EmailSettings.SMTPServer, or deliver by one-time-link.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    internal async Task<PreflightCheck> CheckAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var (server, port) = (Text(config, "SMTPServer"), Text(config, "SMTPPort"));
        if (server.Length == 0)
        {
            return new PreflightCheck(Name, false, "Mattermost has no mail server, so reset mails reach nobody.", Cure, false);
        }

        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await GreetAsync(config, server, int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 ? number : 25, both.Token);
            return new PreflightCheck(Name, true, $"{server}:{port} greets{(options.MailDependsOnProvider ? ", but the settings say that mail depends on the provider: one-time links are the default" : "")}.", null, false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return new PreflightCheck(Name, false, $"{server}:{port} does not greet as a mail server from here ({Why(failure)}).", Cure, false);
        }
    }

    private static async Task GreetAsync(JsonObject config, string server, int port, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        if (config["EmailSettings"]?["SkipServerCertificateVerification"]?.GetValueKind() is System.Text.Json.JsonValueKind.True)
        {
            client.ServerCertificateValidationCallback = (_, _, _, _) => true;
        }

        var security = Text(config, "ConnectionSecurity") switch
        {
            "TLS" => SecureSocketOptions.SslOnConnect,
            "STARTTLS" => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        await client.ConnectAsync(server, port, security, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    private static string Why(Exception failure) => failure switch
    {
        OperationCanceledException => "no answer",
        SocketException socket => socket.SocketErrorCode.ToString(),
        SslHandshakeException => "its TLS certificate is not trusted, or does not fit its name",
        _ => failure.Message.Split('\n')[0].Trim(),
    };

    private static string Text(JsonObject config, string name) => config["EmailSettings"]?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

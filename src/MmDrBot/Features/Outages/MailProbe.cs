using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Whether the mail server that Mattermost names takes a connection. No mail is sent.</summary>
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
            using var client = new TcpClient();
            await client.ConnectAsync(server, int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 ? number : 25, both.Token);
            return new PreflightCheck(Name, true, $"{server}:{port} takes connections{(options.MailDependsOnProvider ? ", but the settings say that mail depends on the provider: one-time links are the default" : "")}.", null, false);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new PreflightCheck(Name, false, $"{server}:{port} does not take connections from here ({(failure is SocketException socket ? socket.SocketErrorCode.ToString() : "no answer")}).", Cure, false);
        }
    }

    private static string Text(JsonObject config, string name) => config["EmailSettings"]?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

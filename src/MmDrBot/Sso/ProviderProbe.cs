using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace MmDrBot.Sso;

/// <summary>Asks a sign-in service whether it is there: its web address, or a connection with TLS.</summary>
internal sealed class ProviderProbe(IHttpClientFactory clients, TimeProvider time)
{
    internal const string Client = "MmDrBot.Sso.Probe";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>What is wrong, or null.</returns>
    internal async Task<string?> AskAsync(ProviderTarget target, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return target.Address.Scheme is "http" or "https" ? await AskWebAsync(target, both.Token) : await ConnectAsync(target, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s";
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or AuthenticationException or JsonException or AsnContentException)
        {
            return failure.Message;
        }
    }

    private async Task<string?> AskWebAsync(ProviderTarget target, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Client);
        using var answer = await client.GetAsync(target.Address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!target.IsDiscovery)
        {
            // A sign-in page that is asked without a request refuses or redirects; that it does so shows that it is there.
            return (int)answer.StatusCode is < 404 or 405 ? null : $"status {(int)answer.StatusCode}";
        }

        if (!answer.IsSuccessStatusCode)
        {
            return $"status {(int)answer.StatusCode}";
        }

        // An outage page may say 200, and be of any type and character set.
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("authorization_endpoint", out _) ? null : "its discovery document names no authorization_endpoint";
    }

    private static async Task<string?> ConnectAsync(ProviderTarget target, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(target.Address.Host, target.Address.Port, cancellationToken);
        if (target.StartTls && await LdapStartTls.RequestAsync(client.GetStream(), cancellationToken) is { } refused)
        {
            return refused;
        }

        if (target.StartTls || target.Address.Scheme == "ldaps")
        {
            // Mattermost can be told to take any certificate of its LDAP server; then a bad one is no reason to call the server down.
            RemoteCertificateValidationCallback? any = target.SkipVerification ? (_, _, _, _) => true : null;
            await using var secured = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, any);
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = target.Address.Host }, cancellationToken);
        }

        return null;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MmDrBot.TestKit.Mail;

/// <summary>A small mail server on loopback: EHLO, STARTTLS, AUTH PLAIN and LOGIN, and whole mails (RFC 5321, 3207, 4954). It keeps what it takes.</summary>
public sealed class SmtpStandIn : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    /// <param name="certificate">Its certificate with the key; null: it offers no TLS.</param>
    /// <param name="isImplicit">TLS from the first byte, instead of STARTTLS.</param>
    public SmtpStandIn(X509Certificate2? certificate, bool isImplicit = false)
    {
        (_certificate, IsImplicit) = (certificate, isImplicit);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>User and password that it takes; null: it asks nobody.</summary>
    public (string User, string Password)? Account { get; set; }

    /// <summary>What it answers to a recipient; empty: it takes them all.</summary>
    public string RefusesRecipients { get; set; } = "";

    /// <summary>It takes the connection and says nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Every mail that it took.</summary>
    public ConcurrentQueue<TakenMail> Taken { get; } = new();

    /// <summary>Lines that came before TLS began.</summary>
    public ConcurrentQueue<string> InTheClear { get; } = new();

    private bool IsImplicit { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It stops.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                await (IsSilent ? Task.Delay(Timeout.Infinite, _stop.Token) : Task.CompletedTask);
                stream = IsImplicit ? await SecureAsync(stream) : stream;
                await new Session(this, stream, IsImplicit).RunAsync(_stop.Token);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The other side went away, or did not like the certificate.
            }
        }
    }

    private async Task<SslStream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return tls;
    }

    private sealed class Session(SmtpStandIn server, Stream stream, bool isSecure)
    {
        private Stream _stream = stream;
        private bool _isSecure = isSecure;
        private bool _isKnown;
        private readonly List<string> _recipients = [];

        internal async Task RunAsync(CancellationToken cancellationToken)
        {
            await SayAsync("220 stand-in", cancellationToken);
            while (await ReadAsync(cancellationToken) is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await AnswerAsync(line, cancellationToken);
            }

            await SayAsync("221 bye", cancellationToken);
        }

        private async Task AnswerAsync(string line, CancellationToken cancellationToken)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO" or "HELO":
                    await SayAsync(string.Join("\r\n", Extensions()), cancellationToken);
                    break;
                case "STARTTLS":
                    await SayAsync("220 go ahead", cancellationToken);
                    (_stream, _isSecure) = (await server.SecureAsync(_stream), true);
                    break;
                case "AUTH":
                    _isKnown = await SignsInAsync(line, cancellationToken);
                    await SayAsync(_isKnown, cancellationToken);
                    break;
                case "RCPT":
                    await RecipientAsync(line, cancellationToken);
                    break;
                case "DATA":
                    await DataAsync(cancellationToken);
                    break;
                default:
                    await SayAsync(server.Account is null || _isKnown || verb != "MAIL" ? "250 ok" : "530 sign in first", cancellationToken);
                    break;
            }
        }

        private IEnumerable<string> Extensions()
        {
            yield return "250-stand-in";
            if (server._certificate is not null && !_isSecure)
            {
                yield return "250-STARTTLS";
            }

            if (server.Account is not null)
            {
                yield return "250-AUTH PLAIN";
            }

            yield return "250 8BITMIME";
        }

        private async Task<bool> SignsInAsync(string line, CancellationToken cancellationToken)
        {
            var words = line.Split(' ');
            var secret = words.Length > 2 ? words[2] : await AskAsync("334 ", cancellationToken);
            return server.Account is { } account && Encoding.UTF8.GetString(Convert.FromBase64String(secret)) == $"\0{account.User}\0{account.Password}";
        }

        private async Task<string> AskAsync(string challenge, CancellationToken cancellationToken)
        {
            await SayAsync(challenge, cancellationToken);
            return await ReadAsync(cancellationToken) ?? "";
        }

        private Task SayAsync(bool isGood, CancellationToken cancellationToken) => SayAsync(isGood ? "235 welcome" : "535 wrong user or password", cancellationToken);

        private async Task RecipientAsync(string line, CancellationToken cancellationToken)
        {
            _recipients.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
            await SayAsync(server.RefusesRecipients.Length > 0 ? server.RefusesRecipients : "250 ok", cancellationToken);
        }

        private async Task DataAsync(CancellationToken cancellationToken)
        {
            await SayAsync("354 go on", cancellationToken);
            var text = new StringBuilder();
            while (await ReadAsync(cancellationToken) is { } line && line != ".")
            {
                text.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
            }

            server.Taken.Enqueue(new TakenMail([.. _recipients], text.ToString(), _isSecure));
            _recipients.Clear();
            await SayAsync("250 taken", cancellationToken);
        }

        private Task SayAsync(string line, CancellationToken cancellationToken) => _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken).AsTask();

        /// <summary>Byte by byte, so that nothing of the TLS handshake is read too early.</summary>
        private async Task<string?> ReadAsync(CancellationToken cancellationToken)
        {
            var (line, one) = (new List<byte>(), new byte[1]);
            while (await _stream.ReadAsync(one, cancellationToken) > 0)
            {
                if (one[0] == '\n')
                {
                    var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                    Note(text);
                    return text;
                }

                line.Add(one[0]);
            }

            return null;
        }

        private void Note(string line)
        {
            if (!_isSecure)
            {
                server.InTheClear.Enqueue(line);
            }
        }
    }
}

/// <summary>A mail that the stand-in took.</summary>
/// <param name="Recipients">As the envelope names them.</param>
/// <param name="Text">Headers and body.</param>
/// <param name="IsSecure">Whether it came over TLS.</param>
public sealed record TakenMail(IReadOnlyList<string> Recipients, string Text, bool IsSecure);

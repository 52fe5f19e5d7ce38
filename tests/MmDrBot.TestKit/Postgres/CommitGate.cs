using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MmDrBot.TestKit.Postgres;

/// <summary>
/// Stands between a program and its PostgreSQL, without TLS, and stops the world at one commit: either the server never gets it, or it is
/// carried out and nobody hears of it. Then the program can be killed exactly between two of its steps. Or it stops the world before a
/// transaction begins.
/// </summary>
public sealed class CommitGate : IAsyncDisposable
{
    private const int ChunkBytes = 65_536;

    // A simple query, as drivers send it: 'Q', the length of the rest, the statement and a zero byte.
    private static readonly byte[] _commit = [(byte)'Q', 0, 0, 0, 11, .. "COMMIT\0"u8];
    private static readonly byte[] _begin = [.. "BEGIN TRANSACTION"u8];
    private static readonly byte[] _rollback = [(byte)'Q', 0, 0, 0, 13, .. "ROLLBACK\0"u8];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _target;
    private readonly int _nth;
    private readonly bool _carriedOut;
    private readonly byte[][] _words;
    private readonly byte[] _stop;
    private readonly Task _accepting;
    private int _seen;

    /// <param name="uri">Of the database, with a host and a port.</param>
    /// <param name="nth">Which commit is held: 1 is the first.</param>
    /// <param name="carriedOut">Whether the server gets it, so that only its answer is held.</param>
    /// <param name="words">Only transactions that say one of these count; none: all do.</param>
    public CommitGate(string uri, int nth, bool carriedOut, params string[] words)
        : this(uri, _commit, nth, carriedOut, words)
    {
    }

    private CommitGate(string uri, byte[] stop, int nth, bool carriedOut, params string[] words)
    {
        _stop = stop;
        (_target, _nth, _carriedOut, _words) = (new Uri(uri), nth, carriedOut, [.. words.Select(Encoding.UTF8.GetBytes)]);
        _listener.Start();
        Uri = new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port, Host = "127.0.0.1" }.Uri.ToString();
        _accepting = AcceptAsync();
    }

    /// <summary>Holds the nth transaction before the server hears of it, also of those that only read.</summary>
    public static CommitGate BeforeTransaction(string uri, int nth) => new(uri, _begin, nth, carriedOut: false);

    /// <summary>The database by way of this gate.</summary>
    public string Uri { get; }

    /// <summary>Ends once the commit, or the transaction, is held.</summary>
    public Task Held => _held.Task;

    /// <summary>Lets what is held go on as if nothing had been.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Breaks all connections; what was not committed is undone by the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port, _end.Token);
                var hold = new StrongBox();
                await Task.WhenAny(ForwardAsync(client, server, hold), AnswerAsync(server, client, hold));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                // The program is gone, or the test is over.
            }
        }
    }

    private async Task ForwardAsync(TcpClient client, TcpClient server, StrongBox hold)
    {
        var chunk = new byte[ChunkBytes];
        var isMeant = _words.Length == 0;
        for (int read; (read = await client.GetStream().ReadAsync(chunk, _end.Token)) > 0;)
        {
            isMeant |= _words.Any(word => chunk.AsSpan(0, read).IndexOf(word) >= 0);
            if (isMeant && chunk.AsSpan(0, read).IndexOf(_stop) >= 0 && Interlocked.Increment(ref _seen) == _nth)
            {
                hold.Answer = _carriedOut;
                if (!_carriedOut)
                {
                    await HoldAsync();
                }
            }

            isMeant = _words.Length == 0 || (isMeant && chunk.AsSpan(0, read).IndexOf(_commit) < 0 && chunk.AsSpan(0, read).IndexOf(_rollback) < 0);
            await server.GetStream().WriteAsync(chunk.AsMemory(0, read), _end.Token);
        }
    }

    private async Task AnswerAsync(TcpClient server, TcpClient client, StrongBox hold)
    {
        var chunk = new byte[ChunkBytes];
        for (int read; (read = await server.GetStream().ReadAsync(chunk, _end.Token)) > 0;)
        {
            if (hold.Answer)
            {
                await HoldAsync();
            }

            await client.GetStream().WriteAsync(chunk.AsMemory(0, read), _end.Token);
        }
    }

    private Task HoldAsync()
    {
        _held.TrySetResult();
        return _released.Task.WaitAsync(_end.Token);
    }

    private sealed class StrongBox
    {
        public volatile bool Answer;
    }
}

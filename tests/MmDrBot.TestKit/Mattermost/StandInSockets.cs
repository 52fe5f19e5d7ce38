using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The clients that listen. Of the events only those are sent that reach a single account: messages for it alone, and dialogs.</summary>
internal sealed class StandInSockets(string version)
{
    private const int MaxBytes = 8192;

    private readonly ConcurrentDictionary<Channel<string>, Listener> _open = new();

    /// <summary>Tells all clients of one account.</summary>
    public void Send(string userId, string channelId, string name, JsonObject data)
    {
        foreach (var (outbox, listener) in _open)
        {
            if (listener.UserId == userId)
                outbox.Writer.TryWrite(listener.Event(name, channelId, data));
        }
    }

    /// <summary>Serves one client until it goes. It says who it is in its first message, unless its request did already.</summary>
    public async Task ServeAsync(WebSocket socket, StandInUser? user, Func<string, Task<StandInUser?>> findOwner, CancellationToken cancellationToken)
    {
        var outbox = Channel.CreateUnbounded<string>();
        var writing = WriteAsync(socket, outbox.Reader, cancellationToken);

        try
        {
            if (user is not null)
                Greet(outbox, user);

            while (await ReadAsync(socket, cancellationToken) is { } message)
                await AnswerAsync(outbox, message, findOwner);
        }
        finally
        {
            _open.TryRemove(outbox, out _);
            outbox.Writer.Complete();
        }

        await writing;
    }

    private async Task AnswerAsync(Channel<string> outbox, JsonObject message, Func<string, Task<StandInUser?>> findOwner)
    {
        if ((string?)message["action"] != "authentication_challenge" || await findOwner((string?)message["data"]?["token"] ?? "") is not { } owner)
            return;

        outbox.Writer.TryWrite(new JsonObject { ["status"] = "OK", ["seq_reply"] = message["seq"]?.DeepClone() }.ToJsonString());
        Greet(outbox, owner);
    }

    private void Greet(Channel<string> outbox, StandInUser user)
    {
        var listener = new Listener(user.Id);
        outbox.Writer.TryWrite(listener.Event("hello", "", new JsonObject { ["server_version"] = $"{version}.{version}" }));
        _open[outbox] = listener;
    }

    private static async Task<JsonObject?> ReadAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[MaxBytes], 0);

        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += part.Count;

            if (part.MessageType == WebSocketMessageType.Close || length == MaxBytes)
                return null;

            if (part.EndOfMessage)
                return JsonNode.Parse(buffer.AsSpan(0, length)) as JsonObject;
        }
    }

    private static async Task WriteAsync(WebSocket socket, ChannelReader<string> outbox, CancellationToken cancellationToken)
    {
        await foreach (var message in outbox.ReadAllAsync(cancellationToken))
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

        if (socket.State is WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
    }

    private sealed class Listener(string userId)
    {
        private int _sent = -1;

        public string UserId => userId;

        public string Event(string name, string channelId, JsonObject data) => new JsonObject
        {
            ["event"] = name,
            ["data"] = data.DeepClone(),
            ["broadcast"] = new JsonObject { ["omit_users"] = null, ["user_id"] = userId, ["channel_id"] = channelId, ["team_id"] = "" },
            ["seq"] = Interlocked.Increment(ref _sent),
        }.ToJsonString();
    }
}

using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Somebody at a client of a server, real or not: types, clicks, fills in forms, and sees what the server shows to nobody else.</summary>
public sealed class SignedInPerson : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly MattermostWire _wire;
    private readonly MattermostScene _scene;
    private readonly string _token;
    private readonly ConcurrentQueue<StandInDialog> _dialogs = new();
    private readonly ConcurrentQueue<JsonObject> _whispers = new();
    private Task _listening = Task.CompletedTask;

    private SignedInPerson(MattermostScene scene, string token, string id, string username)
    {
        (_scene, _token, Id, Username) = (scene, token, id, username);
        _wire = new(scene.Url);
    }

    public string Id { get; }

    public string Username { get; }

    /// <summary>The forms that came up, oldest first.</summary>
    public IReadOnlyList<StandInDialog> Dialogs => [.. _dialogs];

    /// <summary>What only this person was shown, oldest first.</summary>
    public IReadOnlyList<string> Whispers => [.. _whispers.Select(post => (string)post["message"]!)];

    /// <summary>Comes back once the server knows that the client listens.</summary>
    public static async Task<SignedInPerson> ArriveAsync(MattermostScene scene, string token)
    {
        using var wire = new MattermostWire(scene.Url);
        var me = await wire.MustAsync("GET", "users/me", token: token);
        var person = new SignedInPerson(scene, token, (string)me["id"]!, (string)me["username"]!);
        await person.ListenAsync();

        return person;
    }

    public Task<WireAnswer> CallAsync(string method, string path, JsonNode? body = null) => _wire.CallAsync(method, path, body, _token);

    public Task<JsonNode> MustAsync(string method, string path, JsonNode? body = null) => _wire.MustAsync(method, path, body, _token);

    /// <summary>Types a line and gives what the client was answered.</summary>
    public Task<WireAnswer> TypeAsync(string line) =>
        CallAsync("POST", "commands/execute", new JsonObject { ["channel_id"] = _scene.ChannelId, ["team_id"] = _scene.TeamId, ["command"] = line });

    /// <summary>The channel's posts, newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> PostsAsync()
    {
        var page = await MustAsync("GET", $"channels/{_scene.ChannelId}/posts?per_page=60");

        return [.. page["order"]!.AsArray().Select(id => page["posts"]![(string)id!]!.AsObject())];
    }

    public Task<WireAnswer> ClickAsync(JsonObject post, string label) => CallAsync("POST", $"posts/{post["id"]}/actions/{ButtonOf(post, label)}", new JsonObject());

    /// <summary>Sends a form off; without fields, closes it.</summary>
    public Task<WireAnswer> SubmitAsync(StandInDialog dialog, JsonObject? fields) => CallAsync("POST", "actions/dialogs/submit", new JsonObject
    {
        ["url"] = dialog.Url,
        ["callback_id"] = dialog.CallbackId,
        ["state"] = dialog.State,
        ["user_id"] = Id,
        ["channel_id"] = _scene.ChannelId,
        ["team_id"] = _scene.TeamId,
        ["submission"] = fields,
        ["cancelled"] = fields is null,
    });

    /// <summary>The id of a button below a post; null where there is none of that name.</summary>
    public static string? ButtonOf(JsonObject post, string label) =>
        (string?)(post["props"]?["attachments"] as JsonArray ?? []).SelectMany(one => one!["actions"] as JsonArray ?? []).FirstOrDefault(action => (string?)action!["name"] == label)?["id"];

    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        await _listening;
        _socket.Dispose();
        _wire.Dispose();
    }

    private async Task ListenAsync()
    {
        var url = new UriBuilder(new Uri(_scene.Url, "/api/v4/websocket")) { Scheme = _scene.Url.Scheme == "https" ? "wss" : "ws" }.Uri;
        await _socket.ConnectAsync(url, CancellationToken.None);
        var challenge = new JsonObject { ["seq"] = 1, ["action"] = "authentication_challenge", ["data"] = new JsonObject { ["token"] = _token } };
        await _socket.SendAsync(JsonBytes(challenge), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        while ((string?)(await ReadAsync() ?? throw new InvalidOperationException("The server does not take the client's token."))["event"] != "hello")
        {
        }

        _listening = ReadAllAsync();
    }

    private async Task ReadAllAsync()
    {
        while (await ReadAsync() is { } message)
        {
            if ((string?)message["event"] == "ephemeral_message")
                _whispers.Enqueue(JsonNode.Parse((string)message["data"]!["post"]!)!.AsObject());

            if ((string?)message["event"] == "open_dialog" && JsonNode.Parse((string)message["data"]!["dialog"]!) is { } request)
                _dialogs.Enqueue(new(Id, (string)request["url"]!, request["dialog"]!.DeepClone().AsObject()));
        }
    }

    private async Task<JsonObject?> ReadAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];

        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);

            if (part.MessageType == WebSocketMessageType.Close)
                return null;

            whole.Write(buffer, 0, part.Count);

            if (part.EndOfMessage)
                return JsonNode.Parse(whole.GetBuffer().AsSpan(0, (int)whole.Length)) as JsonObject;
        }
    }

    private static byte[] JsonBytes(JsonObject message) => System.Text.Encoding.UTF8.GetBytes(message.ToJsonString());
}

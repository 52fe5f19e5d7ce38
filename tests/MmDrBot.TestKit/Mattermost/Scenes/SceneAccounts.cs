using System.Text.Json.Nodes;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The accounts of one test: made over the API, looked at in the database, gone when it ends.</summary>
public sealed class SceneAccounts : IAsyncDisposable
{
    /// <summary>Within every policy.</summary>
    public const string TemporaryPassword = "Dr-temporary-1";

    private readonly MattermostWire _wire;
    private readonly List<string> _made = [];
    private readonly List<string> _bots = [];
    private readonly MattermostScene _scene;
    private readonly NpgsqlDataSource _database;

    public SceneAccounts(MattermostScene scene)
    {
        _scene = scene;
        _wire = new(scene.Url);
        _database = NpgsqlDataSource.Create(PostgresUri.ToConnectionString(scene.DatabaseUri));
    }

    /// <summary>An account of a sign-in service whose data no other has.</summary>
    public Task<MadeAccount> MakeAsync(string service = "saml") => MakeAsync(service, NewName());

    /// <summary>An account of a sign-in service; with its service empty, one with <see cref="TemporaryPassword"/>.</summary>
    public async Task<MadeAccount> MakeAsync(string service, string data)
    {
        var name = NewName();
        var body = new JsonObject { ["username"] = name, ["email"] = $"{name}@acme.example" };

        if (service.Length == 0)
            body["password"] = TemporaryPassword;
        else
            (body["auth_service"], body["auth_data"]) = (service, data);

        var id = (string)(await _wire.MustAsync("POST", "users", body, _scene.AdminToken))["id"]!;
        _made.Add(id);

        return new(id, name, $"{name}@acme.example", service, data);
    }

    /// <summary>For a bot that the test makes itself.</summary>
    public string NewBotName()
    {
        _bots.Add("b" + Guid.NewGuid().ToString("n")[..12]);

        return _bots[^1];
    }

    /// <summary>Signs in by name, or by id with <c>byId</c>; what came back, the token included.</summary>
    public Task<WireAnswer> SignInAsync(MadeAccount account, string password = TemporaryPassword, bool byId = false, string? code = null)
    {
        var body = new JsonObject { [byId ? "id" : "login_id"] = byId ? account.Id : account.Username, ["password"] = password };

        if (code is not null)
            body["token"] = code;

        return CallAsync("POST", "users/login", body);
    }

    /// <summary>A call that the product itself does not make.</summary>
    public Task<WireAnswer> CallAsync(string method, string path, JsonNode? body = null, string? token = null) => _wire.CallAsync(method, path, body, token);

    public Task<WireAnswer> AsAdminAsync(string method, string path, JsonNode? body = null) => CallAsync(method, path, body, _scene.AdminToken);

    /// <summary>The account's row.</summary>
    public async Task<AccountRow> RowAsync(string id)
    {
        await using var command = _database.CreateCommand(
            "SELECT coalesce(authservice, ''), authdata, coalesce(password, ''), coalesce(failedattempts, 0), coalesce(mfaactive, false), email, updateat FROM users WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync();

        if (!await row.ReadAsync())
            throw new InvalidOperationException($"There is no account {id} in the database.");

        return new(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetBoolean(4), row.GetString(5), row.GetInt64(6));
    }

    /// <summary>The account's newest reset token; null for none.</summary>
    public async Task<string?> ResetTokenAsync(string id) => (string?)await ScalarAsync(
        "SELECT token FROM tokens WHERE type = 'password_recovery' AND extra LIKE '%' || $1 || '%' ORDER BY createat DESC LIMIT 1", id);

    /// <summary>The addresses that a real server keeps of previews.</summary>
    public async Task<IReadOnlyList<string>> PreviewedLinksAsync()
    {
        await using var command = _database.CreateCommand("SELECT url FROM linkmetadata");
        await using var rows = await command.ExecuteReaderAsync();
        var links = new List<string>();

        while (await rows.ReadAsync())
            links.Add(rows.GetString(0));

        return links;
    }

    public Task WriteAsync(string sql, string id) => ScalarAsync(sql, id);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _bots)
            if (await ScalarAsync("SELECT id FROM users WHERE username = $1", name) is string bot)
                _made.Add(bot);

        // First by the API, so that no session lives on in a cache.
        foreach (var id in _made)
            await AsAdminAsync("DELETE", $"users/{id}");

        await SceneTraces.RemoveAsync(_database, null, [.. _made]);
        _wire.Dispose();
        await _database.DisposeAsync();
    }

    private static string NewName() => "c" + Guid.NewGuid().ToString("n")[..16];

    private async Task<object?> ScalarAsync(string sql, string value)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = value });

        return await command.ExecuteScalarAsync();
    }
}

/// <summary>An account that a test made, as it was then.</summary>
public sealed record MadeAccount(string Id, string Username, string Email, string AuthService, string AuthData);

/// <summary>What of a row tells how the account signs in.</summary>
public sealed record AccountRow(string AuthService, string? AuthData, string Password, int FailedAttempts, bool MfaActive, string Email, long UpdateAt);

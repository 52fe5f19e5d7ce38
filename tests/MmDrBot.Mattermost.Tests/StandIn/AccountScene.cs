using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>A stand-in over a database, with an administrator's client.</summary>
internal sealed class AccountScene : IAsyncDisposable
{
    public const string Password = SceneAccounts.TemporaryPassword;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly Client _client;

    private AccountScene(MattermostStandIn server)
    {
        Server = server;
        Run = Guid.NewGuid().ToString("n")[..8];
        Admin = server.AddUser("admin" + Run, admin: true);
        Bot = server.AddBot("drbot" + Run);
        _client = new(server.Url, Admin.Token);
    }

    public MattermostStandIn Server { get; }

    /// <summary>Keeps names apart in a database that several tests use.</summary>
    public string Run { get; }

    public StandInUser Admin { get; }

    public StandInUser Bot { get; }

    public IMattermostApi Api => _client.Api;

    public static async Task<AccountScene> StartAsync(ContractDatabase database) =>
        new(await MattermostStandIn.StartAsync(new() { Database = database.Database.ConnectionString }, CancellationToken.None));

    public Task<StandInAccount> PersonAsync(string name = "zoe", string service = "gitlab") =>
        Server.AddSsoUserAsync(name + Run, service, $"{service}-{name}-{Run}");

    public async Task<StandInAccount> ConvertedAsync(string name = "zoe")
    {
        var person = await PersonAsync(name);
        await Api.SetPasswordAsync(person.Id, new(Password), CancellationToken.None);

        return person;
    }

    public async Task<string?> SignInErrorAsync(StandInAccount account, string? login = null)
    {
        using var answer = await SendAsync("POST", "users/login", token: null, new JsonObject { ["login_id"] = login ?? account.Username, ["password"] = Password });

        return answer.IsSuccessStatusCode ? null : (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"];
    }

    public Task<HttpResponseMessage> SendAsync(string method, string path, string? token, JsonNode? body = null)
    {
        var request = new HttpRequestMessage(new(method), new Uri(Server.Url, $"/api/v4/{path}"));

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        if (body is not null)
            request.Content = JsonContent.Create(body);

        return _http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _client.DisposeAsync();
        await Server.DisposeAsync();
    }
}

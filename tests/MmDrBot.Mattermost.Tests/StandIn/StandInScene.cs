using System.Net.Http.Headers;
using System.Net.Http.Json;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>A stand-in with a few accounts and an integration whose answer the test chooses.</summary>
internal sealed class StandInScene : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private StandInScene(MattermostStandIn server, LoopbackServer? integration)
    {
        Server = server;
        Integration = integration;
        Admin = server.AddUser("admin", admin: true);
        User = server.AddUser("frank");
        Bot = server.AddBot();
        Channel = server.AddChannel("town-square", members: [User, Bot]);

        if (integration is not null)
            server.RegisterCommand(new Uri(integration.Url, "/dr"), "tok3n", creator: Admin);
    }

    public MattermostStandIn Server { get; }

    public LoopbackServer? Integration { get; }

    public StandInUser Admin { get; }

    public StandInUser User { get; }

    public StandInUser Bot { get; }

    public StandInChannel Channel { get; }

    public static async Task<StandInScene> StartAsync(LoopbackServer? integration = null, StandInOptions? options = null) =>
        new(await MattermostStandIn.StartAsync(options ?? new(), CancellationToken.None), integration);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();

        if (Integration is not null)
            await Integration.DisposeAsync();
    }

    public Task<CommandOutcome> TypeAsync(string line) => Server.ExecuteCommandAsync(User, Channel, line, CancellationToken.None);

    public Task<HttpResponseMessage> SendAsync(string method, string path, string? token, object? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Url, path));

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body);

        return _http.SendAsync(request);
    }
}

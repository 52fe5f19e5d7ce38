using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Setup;

public sealed class ServiceSetupTests : IAsyncLifetime
{
    private SetupFixture _setup = null!;

    private MattermostStandIn Server => _setup.Server;

    public async Task InitializeAsync() => _setup = await SetupFixture.StartAsync();

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task The_service_registers_in_the_teams_of_its_settings_and_knows_the_token_at_once()
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        await _setup.ServeAsync();
        await RegisteredAsync();

        Assert.Contains("/dr help", await TypeAsync("/dr help"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_another_process_renewed_counts_from_then_on_and_the_old_one_no_more()
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        await _setup.ServeAsync();
        await RegisteredAsync();
        await TypeAsync("/dr help");
        var old = Server.Commands[0].Token;

        await _setup.RegisterAsync(new RegisterRequest { Regenerate = true });

        await Eventually.IsTrueAsync(async () => (await TypeAsync("/dr help")).Contains("/dr help", StringComparison.Ordinal));
        Server.ChangeCommand(Server.Commands[0].Id, command => command with { Token = old });
        Assert.Contains("token is not known", await TypeAsync("/dr help"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("without teams")]
    [InlineData("switched off")]
    public async Task Without_teams_or_when_told_not_to_the_service_only_looks_and_tells(string why)
    {
        _setup.GiveToken();
        Server.SetSetting("ServiceSettings", "AllowedUntrustedInternalConnections", "");
        if (why == "switched off")
        {
            _setup.Settings["Mattermost:Teams:0"] = "acme";
            _setup.Settings["Mattermost:Register"] = "false";
        }

        await _setup.ServeAsync();

        await Eventually.IsTrueAsync(() => Task.FromResult(_setup.Logs.Lines.Any(line => line.Contains("Add 127.0.0.1 to ServiceSettings.AllowedUntrustedInternalConnections", StringComparison.Ordinal))));
        Assert.Empty(Server.Commands);
        Assert.Equal(0, _setup.Writes);
    }

    [Fact]
    public async Task A_Mattermost_that_starts_later_is_waited_for()
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        Server.Fail("POST /api/v4/commands", StandInFailure.Answer(503));
        var time = new FakeTimeProvider();
        using var start = ActivatorUtilities.CreateInstance<RegistrationAtStart>(_setup.Process(), time);

        await start.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult(Server.Commands.Count == 1);
        });

        await start.StopAsync(CancellationToken.None);
        Assert.Equal(1, Server.InjectedFailures);
    }

    [Fact]
    public async Task What_waiting_does_not_mend_ends_the_waiting()
    {
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        using var start = ActivatorUtilities.CreateInstance<RegistrationAtStart>(_setup.Process());

        await start.StartAsync(CancellationToken.None);

        await start.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(Server.Commands);
    }

    [Fact]
    public async Task Registering_by_REST_needs_its_permission_and_never_takes_an_administrators_token()
    {
        _setup.GiveToken();
        var service = await _setup.ServeAsync();
        var keys = service.Services.GetRequiredService<ManageApiKeys>();

        var (refused, _) = await PostAsync(await KeyAsync(keys, Permission.ViewStatus));
        var (status, result) = await PostAsync(await KeyAsync(keys, Permission.ManageRegistration));

        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("created", "handmade", "none"), ((string?)result["teams"]![0]!["outcome"], (string?)result["bot"]!["username"], (string?)result["bot"]!["change"]));
        Assert.Null(Server.FindUser("drbot"));
    }

    [Fact]
    public async Task The_doctor_is_asked_by_REST_and_in_chat_alike()
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        var service = await _setup.ServeAsync();
        await RegisteredAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(service.Services.GetRequiredService<ManageApiKeys>(), Permission.ViewStatus));

        var report = (await http.GetFromJsonAsync<JsonNode>($"{_setup.Settings["Http:Listen"]}/api/v1/doctor"))!;
        var typed = await TypeAsync("/dr doctor");

        Assert.False((bool)report["good"]!);
        Assert.Contains(report["findings"]!.AsArray(), finding => (string?)finding!["what"] == "/dr in acme" && (string?)finding["state"] == "ok" && (string?)finding["area"] == "chat");
        Assert.Contains(report["findings"]!.AsArray(), finding => (string?)finding!["what"] == "service's address" && (string?)finding["state"] == "ok");
        Assert.Contains("area chat · what /dr in acme", typed, StringComparison.Ordinal);
        Assert.Contains("MMDR_Repository__Url is not set.", typed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_command_and_a_token_that_was_made_are_enough_to_serve()
    {
        Assert.Contains("MMDR_Mattermost__Teams__0", await MissingAsync(), StringComparison.Ordinal);
        Assert.Contains("--admin-token-file", await MissingAsync(), StringComparison.Ordinal);
        await _setup.RegisterAsync(new RegisterRequest { Teams = ["acme"], AdminToken = _setup.Admin.Token });

        var missing = await MissingAsync();

        Assert.DoesNotContain("MMDR_Mattermost__T", missing, StringComparison.Ordinal);
        Assert.Contains("MMDR_Repository__Url", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_teams_of_the_settings_are_enough_to_serve()
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";

        Assert.DoesNotContain("MMDR_Mattermost__Teams__0", await MissingAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dr mattermost register --team acme --admin-token-file /etc/passwd")]
    [InlineData("/dr mattermost register --admin-token-file -")]
    public async Task Chat_can_have_no_file_of_the_host_read(string line)
    {
        _setup.GiveToken();
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        await _setup.ServeAsync();
        await RegisteredAsync();

        Assert.Contains("command line of the host alone", await TypeAsync(line), StringComparison.Ordinal);
    }

    private Task RegisteredAsync() => Eventually.IsTrueAsync(async () => (await _setup.BooksAsync()).Count == 1);

    private async Task<string> TypeAsync(string line)
    {
        var channel = Server.AddChannel("c" + Guid.NewGuid().ToString("n")[..8], members: [_setup.Admin]);
        return (await Server.ExecuteCommandAsync(_setup.Admin, channel, line, CancellationToken.None)).Text;
    }

    private async Task<string> MissingAsync()
    {
        var serve = _setup.Process().GetServices<Verb>().OfType<ServeVerb>().Single();
        return (await Assert.ThrowsAsync<Refusal>(() => serve.RunAsync(new Invocation(null!, Actor.System, null!), CancellationToken.None))).Message;
    }

    private static async Task<string> KeyAsync(ManageApiKeys keys, Permission permission) =>
        (await keys.CreateAsync(new NewApiKey("test", new HashSet<Permission> { permission }, null), Actor.System, CancellationToken.None)).Secret;

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string key)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.PostAsJsonAsync($"{_setup.Settings["Http:Listen"]}/api/v1/mattermost/registration", new { teams = new[] { "acme" }, adminToken = _setup.Admin.Token });
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
    }
}

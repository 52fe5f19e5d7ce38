using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>A service's provider goes away and comes back; what is said, and what is done by itself only where the settings say so.</summary>
public sealed class ProviderWatchTests(SsoFixture sso) : IClassFixture<SsoFixture>, IAsyncLifetime
{
    private const string Service = "openid";
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private WebApplication _provider = null!;
    private StandInChannel _channel = null!;
    private ProviderWatch _watch = null!;
    private volatile bool _isDown;
    private volatile IResult? _outagePage;

    private IEnumerable<string> Said => sso.Mattermost.Posts.Where(post => post.ChannelId == _channel.Id).Select(post => post.Message);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _provider = builder.Build();
        _provider.MapGet("/discovery", () => _isDown ? _outagePage ?? Results.StatusCode(503) : Results.Json(new { authorization_endpoint = "https://id.example/a" }));
        await _provider.StartAsync();
        var file = Path.Combine(sso.MattermostDirectory, "config", "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        config["OpenIdSettings"] = new JsonObject { ["Enable"] = true, ["DiscoveryEndpoint"] = $"{_provider.Urls.First()}/discovery" };
        await File.WriteAllTextAsync(file, config.ToJsonString());
        _channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("delete from provider_news", null, token), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        if (await OpenAsync() is not null)
        {
            await sso.Get<CloseOutage>().HandleAsync(Service, null, sso.Helpdesk, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_service_that_goes_down_and_comes_back_is_told_once_each_and_nothing_is_opened()
    {
        Begin();
        await LookAsync(3);
        Assert.Empty(Said);

        _isDown = true;
        await LookAsync(2);
        Assert.Empty(Said);
        var since = _time.GetUtcNow().AddMinutes(-2);
        await LookAsync(3);
        var down = Assert.Single(Said);
        Assert.Contains($"{Service} looks down", down, StringComparison.Ordinal);
        Assert.Contains($"{since:HH:mm}", down, StringComparison.Ordinal);
        Assert.Contains("3 of 3 probes", down, StringComparison.Ordinal);
        Assert.Contains("(`status 503`)", down, StringComparison.Ordinal);
        Assert.Contains($"sso open {Service}", down, StringComparison.Ordinal);
        Assert.Equal(["Who is affected", "Open outage"], MattermostStandIn.ButtonsOf(sso.Mattermost.Posts.Single(post => post.ChannelId == _channel.Id).Props));

        _isDown = false;
        await LookAsync(2);
        Assert.Single(Said);
        await LookAsync(3);
        Assert.Equal(2, Said.Count());
        Assert.Contains("is back: its discovery document names where people sign in", Said.Last(), StringComparison.Ordinal);
        Assert.Null(await OpenAsync());
    }

    [Theory]
    [InlineData("text/html; charset=windows-1252", "<html>We will be back</html>")]
    [InlineData("text/html; charset=nonsense", "")]
    [InlineData("application/json", "[]")]
    public async Task An_outage_page_that_says_200_is_a_failure_whatever_it_is_made_of(string type, string body)
    {
        _outagePage = Results.Bytes(Encoding.ASCII.GetBytes(body), type);
        _isDown = true;
        Begin();

        await LookAsync(3);

        Assert.Contains($"{Service} looks down", Assert.Single(Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_goes_down_and_comes_back_is_told_while_our_state_is_away()
    {
        Begin(("ConnectionStrings:State", "/proc/no/such/state.db"));
        foreach (var isDown in new[] { false, true, false })
        {
            _isDown = isDown;
            await LookAsync(3);
        }

        Assert.Equal(2, Said.Count());
        Assert.Contains("looks down", Said.First(), StringComparison.Ordinal);
        Assert.Contains("is back", Said.Last(), StringComparison.Ordinal);
        sso.NewProcess();
    }

    [Fact]
    public async Task What_Mattermost_does_not_take_is_said_again_after_the_next_probe()
    {
        Begin();
        await LookAsync(3);
        sso.Mattermost.FailAtRandom("POST /api/v4/posts", 1, 1, StandInFailure.Answer(500));
        try
        {
            _isDown = true;
            await LookAsync(4);
            Assert.Empty(Said);
            sso.Mattermost.StopFailing();
            await LookAsync(2);
            Assert.Contains("looks down", Assert.Single(Said), StringComparison.Ordinal);

            sso.Mattermost.FailAtRandom("POST /api/v4/posts", 1, 1, StandInFailure.Answer(500));
            _isDown = false;
            await LookAsync(3);
        }
        finally
        {
            sso.Mattermost.StopFailing();
        }

        await LookAsync(2);
        Assert.Equal(2, Said.Count());
        Assert.Contains("is back", Said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_back_while_people_are_converted_asks_for_the_close()
    {
        Begin();
        await sso.OpenAsync(Service);
        var person = await sso.PersonAsync(Service);
        await sso.ConvertAsync(person.Username);
        _isDown = true;
        await LookAsync(4);
        Assert.Contains("is open", Assert.Single(Said), StringComparison.Ordinal);

        _isDown = false;
        await LookAsync(3);

        Assert.Equal(2, Said.Count());
        Assert.Contains(Said, text => text.Contains("1 account is still converted", StringComparison.Ordinal) && text.Contains($"sso close {Service}", StringComparison.Ordinal));
        Assert.NotNull(await OpenAsync());
    }

    [Fact]
    public async Task Where_the_settings_say_so_it_opens_by_itself_and_closes_once_the_last_is_back()
    {
        Begin(("Sso:OpenByItself", "true"), ("Sso:CloseByItself", "true"));
        _isDown = true;
        await LookAsync(3);
        Assert.Equal("automatic", (await OpenAsync())!.Ticket);
        Assert.Contains(Said, text => text.Contains("opened by itself", StringComparison.Ordinal));
        var person = await sso.PersonAsync(Service);
        await sso.ConvertAsync(person.Username);

        _isDown = false;
        await LookAsync(10);
        Assert.NotNull(await OpenAsync());

        await sso.RevertAsync(person.Username);
        await LookAsync(1);
        Assert.Null(await OpenAsync());
        Assert.Contains("(ticket `automatic`) was closed by itself", Said.Last(), StringComparison.Ordinal);
        Assert.Contains("0 of these accounts", Said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_whose_service_was_never_seen_down_closes_after_a_quiet_hour()
    {
        Begin(("Sso:CloseByItself", "true"));
        await sso.OpenAsync(Service);

        await LookAsync(55);
        Assert.NotNull(await OpenAsync());
        await LookAsync(10);

        Assert.Null(await OpenAsync());
    }

    [Fact]
    public async Task After_a_restart_the_quiet_hour_counts_from_the_last_who_came_back()
    {
        Begin(("Sso:CloseByItself", "true"));
        await sso.OpenAsync(Service);
        var person = await sso.PersonAsync(Service);
        await sso.ConvertAsync(person.Username);
        _time.Advance(TimeSpan.FromHours(5));
        await LookAsync(5);
        Assert.NotNull(await OpenAsync());
        await sso.RevertAsync(person.Username);
        await sso.EndedAtAsync(person, _time.GetUtcNow());

        Begin(("Sso:CloseByItself", "true"));
        await LookAsync(50);
        Assert.NotNull(await OpenAsync());
        await LookAsync(15);

        Assert.Null(await OpenAsync());
    }

    [Fact]
    public async Task Nothing_closes_by_itself_unless_the_settings_say_so()
    {
        Begin();
        await sso.OpenAsync(Service);
        _isDown = true;
        await LookAsync(3);
        _isDown = false;
        _time.Advance(TimeSpan.FromDays(2));
        await LookAsync(5);

        Assert.NotNull(await OpenAsync());
    }

    [Fact]
    public async Task Of_two_replicas_one_says_that_a_service_is_down_and_one_that_it_is_back()
    {
        Begin();
        var (first, second) = (_watch, NewWatch());
        foreach (var isDown in new[] { false, true, false })
        {
            _isDown = isDown;
            for (var round = 0; round < 4; round++)
            {
                await Task.WhenAll(first.LookAsync(CancellationToken.None), second.LookAsync(CancellationToken.None));
                _time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Equal(2, Said.Count());
        Assert.Contains("looks down", Said.First(), StringComparison.Ordinal);
        Assert.Contains("is back", Said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_begins_while_a_service_is_down_does_not_say_so_again_and_says_when_it_is_back()
    {
        Begin();
        _isDown = true;
        await LookAsync(3);
        Assert.Single(Said);

        Begin();
        await LookAsync(3);
        Assert.Single(Said);
        _isDown = false;
        await LookAsync(3);

        Assert.Contains("is back", Said.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_process_could_not_say_before_it_ended_is_said_once_by_those_that_live(bool endedWhileDown)
    {
        Begin();
        _isDown = true;
        await LookAsync(endedWhileDown ? 0 : 3);
        var said = Said.Count();
        sso.Mattermost.FailAtRandom("POST /api/v4/posts", 1, 1, StandInFailure.Answer(500));
        try
        {
            _isDown = endedWhileDown;
            await LookAsync(5);
        }
        finally
        {
            sso.Mattermost.StopFailing();
        }

        Assert.Equal(said, Said.Count());
        Begin();
        var (first, second) = (_watch, NewWatch());
        for (var round = 0; round < 8; round++)
        {
            await Task.WhenAll(first.LookAsync(CancellationToken.None), second.LookAsync(CancellationToken.None));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(said + 1, Said.Count());
        Assert.Contains(endedWhileDown ? "looks down" : "is back", Said.Last(), StringComparison.Ordinal);
    }

    /// <summary>The watch of a process that has just begun, with a clock of ours.</summary>
    private void Begin(params (string Name, string Value)[] settings)
    {
        sso.NewProcess([("Announcements:Channel", _channel.Id), .. settings]);
        _watch = NewWatch();
    }

    /// <summary>With eyes of its own, as every replica has.</summary>
    private ProviderWatch NewWatch()
    {
        var health = ActivatorUtilities.CreateInstance<ProviderHealth>(sso.App.Services);
        return ActivatorUtilities.CreateInstance<ProviderWatch>(sso.App.Services, _time, health, ActivatorUtilities.CreateInstance<ProviderNews>(sso.App.Services, _time), ActivatorUtilities.CreateInstance<CloseQuietOutages>(sso.App.Services, _time, health));
    }

    private async Task LookAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await _watch.LookAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<Outage?> OpenAsync() => (await sso.Get<OutageStore>().ListAsync(openOnly: true, 10, CancellationToken.None)).FirstOrDefault(outage => outage.Service == Service);
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Announcing;
using MmDrBot.Interactions;
using MmDrBot.Registration;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Announcing;

public sealed class AnnouncementTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private MattermostStandIn _mattermost = null!;
    private StandInUser _bot = null!;
    private StandInUser _alice = null!;
    private StandInChannel _operations = null!;
    private StandInChannel _storage = null!;

    [Fact]
    public async Task Everything_goes_to_the_channel_but_what_has_targets_of_its_own()
    {
        (string, string)[] settings = [("Announcements:Channel", _operations.Id), ("Announcements:Events:job_failed:0", _storage.Id), ("Announcements:Events:job_failed:1", "@Alice"), ("Announcements:Events:outage_reminder:0", "none")];

        await SayAsync(NewsKind.GlassBroken, "glass", settings);
        await SayAsync(NewsKind.JobFailed, "failed", settings);
        await SayAsync(NewsKind.OutageReminder, "reminder", settings);
        await SayAsync(NewsKind.JobSucceeded, "fine", settings);

        Assert.Equal(["glass"], Said(_operations.Id));
        Assert.Equal(["failed"], Said(_storage.Id));
        Assert.Equal(["failed"], _mattermost.Posts.Where(post => post.ChannelId != _operations.Id && post.ChannelId != _storage.Id).Select(post => post.Message));
        Assert.Equal(3, _mattermost.Posts.Count);
    }

    [Fact]
    public async Task Success_of_a_job_is_said_only_where_somebody_wants_to_hear_of_it()
    {
        await SayAsync(NewsKind.JobSucceeded, "fine", ("Announcements:Channel", _operations.Id), ("Announcements:Events:job_succeeded:0", _storage.Id));

        Assert.Equal(["fine"], Said(_storage.Id));
        Assert.Empty(Said(_operations.Id));
    }

    [Fact]
    public async Task One_target_that_is_out_of_reach_keeps_no_other_from_hearing()
    {
        await SayAsync(NewsKind.JobFailed, "failed", ("Announcements:Events:job_failed:0", "@nobody.here"), ("Announcements:Events:job_failed:1", new string('x', 26)), ("Announcements:Events:job_failed:2", _storage.Id));

        Assert.Equal(["failed"], Said(_storage.Id));
    }

    public async Task InitializeAsync()
    {
        _mattermost = await MattermostStandIn.StartAsync(CancellationToken.None);
        (_bot, _alice) = (_mattermost.AddBot("drbot"), _mattermost.AddUser("alice"));
        _operations = _mattermost.AddChannel("operations", members: [_bot]);
        _storage = _mattermost.AddChannel("storage", members: [_bot, _alice]);
    }

    public async Task DisposeAsync()
    {
        await _mattermost.DisposeAsync();
        _directory.Dispose();
    }

    private IEnumerable<string> Said(string channel) => _mattermost.Posts.Where(post => post.ChannelId == channel).Select(post => post.Message);

    private async Task SayAsync(NewsKind kind, string text, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration["Mattermost:Url"] = _mattermost.Url.ToString();
        configuration["Mattermost:Token"] = _bot.Token;
        configuration["ConnectionStrings:State"] = _directory.File("state.db");
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        await using var services = new ServiceCollection().AddLogging().AddSingleton(AppSettings.Load(configuration)).AddState(configuration["ConnectionStrings:State"]!).AddSingleton<ServiceSecret>().AddSingleton<BotCredentialStore>().AddMattermost().AddInteractions().AddAnnouncing().BuildServiceProvider();
        await services.GetRequiredService<Announcements>().SayAsync(kind, text, CancellationToken.None);
    }
}

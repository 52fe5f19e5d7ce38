using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Alarms;
using MmDrBot.Audit;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mail;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Alarms;

/// <summary>The real service beside a stand-in: posts with a button, who may click it, and what the posts say afterwards.</summary>
public sealed class AlarmChatTests : IAsyncLifetime
{
    private static readonly Alarm Overdue = new(AlarmKinds.BackupOverdue, AlarmSeverity.Critical, "database", "The newest restore point is too old.", "Take one.");
    private readonly TempDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private MattermostStandIn _mattermost = null!;
    private StandInUser _admin = null!;
    private StandInUser _plain = null!;
    private StandInChannel _channel = null!;
    private SmtpStandIn _mail = null!;
    private WebApplication _app = null!;

    [Fact]
    public async Task An_alarm_is_acknowledged_by_its_button_and_the_post_says_by_whom()
    {
        await ApplyAsync(Overdue);
        var post = Assert.Single(Posts());
        Assert.Contains("**Critical alarm**: The newest restore point is too old.\nNext: Take one.", post.Message, StringComparison.Ordinal);

        var refused = await _mattermost.ClickAsync(_plain, post, "Acknowledge", CancellationToken.None);
        Assert.Contains("\"manage_alarms\", which you do not have", refused.Text, StringComparison.Ordinal);
        var clicked = await _mattermost.ClickAsync(_admin, post, "Acknowledge", CancellationToken.None);

        Assert.Contains("Acknowledged", clicked.Text, StringComparison.Ordinal);
        var raised = Assert.Single(await Get<AlarmStore>().ListOpenAsync(CancellationToken.None));
        Assert.Equal("mattermost:alice", raised.AcknowledgedBy);
        Assert.Contains("acknowledged** by mattermost:alice", Assert.Single(Posts()).Message, StringComparison.Ordinal);
        Assert.Empty(MattermostStandIn.ButtonsOf(Posts()[0].Props));
        Assert.Contains(await Get<AuditLog>().ListAsync(null, 50, CancellationToken.None), record => record.Entry is { Action: "alarm.acknowledged", Actor: "mattermost:alice" });
    }

    [Fact]
    public async Task A_failed_job_is_told_though_its_end_is_news_of_its_own_for_news_is_said_once_and_may_be_lost()
    {
        await ApplyAsync(new Alarm(AlarmKinds.JobFailed, AlarmSeverity.Warning, "backup", "The last backup failed.", "See why."));

        Assert.Contains("The last backup failed.", Assert.Single(Posts()).Message, StringComparison.Ordinal);
        Assert.Single(_mail.Taken);
    }

    [Fact]
    public async Task What_is_open_is_in_the_status()
    {
        await ApplyAsync(Overdue);

        var status = (await _mattermost.ExecuteCommandAsync(_admin, _channel, "/dr status", CancellationToken.None)).Text;

        Assert.Contains("**Critical alarm** `al-", status, StringComparison.Ordinal);
        Assert.Contains("The newest restore point is too old.", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_resolved_is_said_and_its_post_loses_the_button()
    {
        await ApplyAsync(Overdue);
        await ApplyAsync();

        Assert.Equal(2, Posts().Count);
        Assert.StartsWith("**Resolved** after", Posts()[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("**Resolved after", Posts()[1].Message, StringComparison.Ordinal);
        Assert.All(Posts(), post => Assert.Empty(MattermostStandIn.ButtonsOf(post.Props)));
        Assert.Equal(2, _mail.Taken.Count);
        Assert.Contains("Subject: [mmdr] Critical alarm: backup overdue (database)", _mail.Taken.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_lists_them_and_tries_every_way()
    {
        await ApplyAsync(Overdue);

        var list = (await _mattermost.ExecuteCommandAsync(_admin, _channel, "/dr alarms", CancellationToken.None)).Text;
        Assert.Contains("The newest restore point is too old.", list, StringComparison.Ordinal);
        var tried = (await _mattermost.ExecuteCommandAsync(_admin, _channel, "/dr alarm test", CancellationToken.None)).Text;

        Assert.Contains("taken", tried, StringComparison.Ordinal);
        Assert.Contains(Posts(), post => post.Message.StartsWith("**Test**", StringComparison.Ordinal));
        Assert.Contains(_mail.Taken, mail => mail.Text.Contains("Subject: [mmdr] Test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_mail_server_does_not_take_waits_and_the_channel_has_it()
    {
        _mail.RefusesRecipients = "451 later";
        await ApplyAsync(Overdue);

        Assert.Single(Posts());
        Assert.Equal(MailTeller.Way, Assert.Single(await Get<AlarmTellings>().WaitingAsync(CancellationToken.None)).Way);
    }

    public async Task InitializeAsync()
    {
        _mattermost = await MattermostStandIn.StartAsync(CancellationToken.None);
        (_admin, _plain) = (_mattermost.AddUser("alice", admin: true), _mattermost.AddUser("bob"));
        var bot = _mattermost.AddBot();
        _channel = _mattermost.AddChannel("operations", members: [_admin, _plain, bot]);
        _mail = new SmtpStandIn(_certificates.Issue("127.0.0.1"));
        await File.WriteAllTextAsync(_directory.File("ca.pem"), _certificates.AuthorityPem);
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Url"] = _mattermost.Url.ToString(),
            ["Mattermost:Token"] = bot.Token,
            ["Mattermost:CommandTokens:0"] = "commandtokencommandtoken42",
            ["Mattermost:Directory"] = _directory.File("mattermost"),
            ["Repository:Url"] = $"file://{_directory.File("repository")}",
            ["Repository:Passphrase"] = "a passphrase for alarms",
            ["ConnectionStrings:State"] = _directory.File("state.db"),
            ["Http:Listen"] = "http://127.0.0.1:0",
            ["Announcements:Channel"] = _channel.Id,
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = $"{_mail.Port}",
            ["Mail:CaFile"] = _directory.File("ca.pem"),
            ["Mail:From"] = "mmdr@example.org",
            ["Mail:To:0"] = "ops@example.org",
            ["Alarms:Every"] = "15m",
        });
        var settings = AppSettings.Load(configuration);
        Assert.Empty(settings.Faults);
        _app = MmDrBotService.Build(configuration, settings);
        await _app.StartAsync();
        _mattermost.RegisterCommand(new Uri(new Uri(_app.Urls.First()), "/mattermost/commands"), "commandtokencommandtoken42", creator: _admin);
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _mail.DisposeAsync();
        await _mattermost.DisposeAsync();
        _certificates.Dispose();
        _directory.Dispose();
    }

    private T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    private List<StandInPost> Posts() => [.. _mattermost.Posts.Where(post => post.ChannelId == _channel.Id && post.UserId != _admin.Id)];

    private async Task ApplyAsync(params Alarm[] alarms)
    {
        await Get<AlarmDesk>().ApplyAsync("test", AlarmJudgement.Of(alarms), CancellationToken.None);
        await Get<AlarmMessenger>().DeliverAsync(CancellationToken.None);
    }
}

using MmDrBot.TestKit.Mail;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Webhooks;

namespace MmDrBot.Tests.Alarms;

/// <summary>The real program, without any service: judging from cron, and trying the ways.</summary>
public sealed class AlarmCommandTests(CliFixture bench) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Check_judges_from_here_and_tells_by_its_exit_code()
    {
        await bench.MustAsync("backup");
        Assert.Contains("No alarm is due.", (await bench.MustAsync("alarm", "check")).Output, StringComparison.Ordinal);

        bench.Settings["MMDR_Alarms__Rpo__Database"] = "1s";
        var due = await bench.RunAsync("alarm", "check", "--json");
        bench.Settings.Remove("MMDR_Alarms__Rpo__Database");

        Assert.Equal(1, due.ExitCode);
        Assert.Contains("\"kind\":\"backup_overdue\"", due.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("There is no alarm al-nosuchone", (await bench.RunAsync("alarm", "ack", "nosuchone")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_judged_is_no_success()
    {
        bench.Settings["MMDR_Repository__Passphrase"] = "a wrong one";
        var unknown = await bench.RunAsync("alarm", "check");
        bench.Settings["MMDR_Repository__Passphrase"] = CliFixture.Passphrase;

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("UNKNOWN", unknown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_way_is_tried_and_no_secret_is_shown()
    {
        const string Password = "the-password-of-the-mail-server", Token = "the-token-of-the-switch";
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("127.0.0.1");
        await using var mail = new SmtpStandIn(certificate) { Account = ("mmdr", Password) };
        await using var receiver = await WebhookReceiver.StartAsync();
        await File.WriteAllTextAsync(bench.Place("ca.pem"), certificates.AuthorityPem);
        foreach (var (name, value) in new[]
        {
            ("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{mail.Port}"), ("Mail__CaFile", bench.Place("ca.pem")), ("Mail__User", "mmdr"), ("Mail__Password", Password),
            ("Mail__From", "mmdr@example.org"), ("Mail__To__0", "ops@example.org"), ("Alarms__HeartbeatUrl", new Uri(receiver.Url, "/" + Token).AbsoluteUri),
        })
        {
            bench.Settings[$"MMDR_{name}"] = value;
        }

        var tested = await bench.RunAsync("alarm", "test", "--json");
        var sent = await bench.RunAsync("mail", "test", "bob@example.org", "--json");
        var refused = await bench.RunAsync("mail", "test", "nobody");
        var settings = await bench.RunAsync("config", "check");
        var doctor = await bench.RunAsync("doctor");
        foreach (var name in bench.Settings.Keys.Where(name => name.StartsWith("MMDR_Mail", StringComparison.Ordinal) || name.StartsWith("MMDR_Alarms", StringComparison.Ordinal)).ToArray())
        {
            bench.Settings.Remove(name);
        }

        Assert.Equal((0, 0, 2), (tested.ExitCode, sent.ExitCode, refused.ExitCode));
        Assert.Equal([["ops@example.org"], ["bob@example.org"]], mail.Taken.Select(one => one.Recipients));
        Assert.Equal($"/{Token}", Assert.Single(receiver.Received).Target);
        Assert.Contains("MMDR_Mail__Password", settings.Output, StringComparison.Ordinal);
        Assert.All([tested, sent, settings, doctor], result => Assert.DoesNotContain(Password, result.Output + result.Error, StringComparison.Ordinal));
        Assert.All([tested, sent, settings, doctor], result => Assert.DoesNotContain(Token, result.Output + result.Error, StringComparison.Ordinal));
    }
}

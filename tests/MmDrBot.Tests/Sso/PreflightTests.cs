using System.Net;
using System.Net.Sockets;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

/// <summary>Each thing that would keep conversions from working, or from helping, is found before an outage is opened.</summary>
public sealed class PreflightTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task Where_all_is_well_every_point_is()
    {
        using var mail = new TcpListener(IPAddress.Loopback, 0);
        mail.Start();
        sso.Mattermost.SetSetting("EmailSettings", "SMTPServer", "127.0.0.1");
        sso.Mattermost.SetSetting("EmailSettings", "SMTPPort", $"{((IPEndPoint)mail.LocalEndpoint).Port}");

        var checks = await sso.Get<Preflight>().RunAsync(CancellationToken.None);

        Assert.All(checks, check => Assert.True(check.IsOk, $"{check.Name}: {check.Detail}"));
        Assert.Equal(9, checks.Count);
    }

    [Fact]
    public async Task To_look_writes_nothing_and_to_open_tries_the_ledger()
    {
        int Objects() => Directory.EnumerateFiles(new Uri(sso.RepositoryUrl).LocalPath, "*", SearchOption.AllDirectories).Count();
        await sso.Get<Preflight>().RunAsync(CancellationToken.None);
        var before = Objects();

        var shown = await sso.Get<Preflight>().ShowAsync(CancellationToken.None);
        Assert.Equal(before, Objects());
        await sso.Get<Preflight>().RunAsync(CancellationToken.None);

        Assert.Equal(before + 1, Objects());
        Assert.Equal(9, shown.Count);
    }

    [Theory]
    [InlineData("EmailSettings", "RequireEmailVerification", true, "e-mail verification")]
    [InlineData("ServiceSettings", "EnforceMultifactorAuthentication", true, "second factor")]
    [InlineData("ServiceSettings", "SiteURL", "", "SiteURL")]
    [InlineData("ServiceSettings", "EnableDeveloper", true, "password policy")]
    [InlineData("EmailSettings", "SMTPServer", "", "mail")]
    public async Task What_is_not_well_is_named_with_its_cure(string section, string setting, object value, string name)
    {
        var before = (await sso.Get<MattermostGate>().Api.GetConfigAsync(CancellationToken.None))[section]![setting]!.DeepClone();
        sso.Mattermost.SetSetting(section, setting, value is bool flag ? flag : (string)value);
        try
        {
            var check = (await sso.Get<Preflight>().RunAsync(CancellationToken.None)).Single(check => check.Name == name);

            Assert.False(check.IsOk);
            Assert.False(check.IsVital);
            Assert.NotEmpty(check.Cure!);
        }
        finally
        {
            sso.Mattermost.SetSetting(section, setting, before);
        }
    }

    [Fact]
    public async Task A_bot_without_the_role_and_a_ledger_that_cannot_be_written_open_nothing()
    {
        var plain = sso.Mattermost.AddBot(sso.NewName());
        sso.NewProcess(("Mattermost:Token", plain.Token), ("Repository:Url", "file:///proc/no/such/place"));
        try
        {
            var failed = (await sso.Get<Preflight>().RunAsync(CancellationToken.None)).Where(check => check is { IsOk: false, IsVital: true }).Select(check => check.Name);
            Assert.Equal(["the bot's account", "ledger"], failed);

            var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.OpenAsync("saml"));

            Assert.Equal(RefusalReason.Conflict, refusal.Reason);
            Assert.Contains("no system administrator", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            sso.NewProcess();
        }

        Assert.DoesNotContain(await sso.Get<OutageStore>().ListAsync(openOnly: true, 10, CancellationToken.None), outage => outage.Service == "saml");
    }

    [Fact]
    public async Task Without_an_administrator_who_has_a_password_the_break_glass_account_is_missed()
    {
        await sso.Database.ExecuteAsync("update users set password = '' where roles like '%system_admin%' and username = 'ada'");

        var check = (await sso.Get<Preflight>().RunAsync(CancellationToken.None)).Single(check => check.Name.Contains("break-glass", StringComparison.Ordinal));

        Assert.False(check.IsOk);
        await sso.Database.ExecuteAsync("update users set password = 'x' where username = 'ada'");
    }

    [Fact]
    public async Task A_setting_that_the_environment_holds_is_said_when_it_would_defeat_turning_sign_in_on()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        own.Fixture.Mattermost.OverrideSetting("EmailSettings", "EnableSignInWithEmail", false);
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => own.Fixture.Get<OpenOutage>().HandleAsync(
            new OpenOutageRequest { Service = "saml", Ticket = "INC-50", Reason = "away", EnableEmailSignIn = true }, own.Fixture.Helpdesk, CancellationToken.None));

        Assert.Contains("MM_EMAILSETTINGS_ENABLESIGNINWITHEMAIL", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_configuration_is_said_and_nothing_is_left_to_put_back()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        own.Fixture.Mattermost.SetSetting("ClusterSettings", "Enable", true);
        own.Fixture.Mattermost.SetSetting("ClusterSettings", "ReadOnlyConfig", true);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => own.Fixture.Get<OpenOutage>().HandleAsync(
            new OpenOutageRequest { Service = "saml", Ticket = "INC-51", Reason = "away", EnableEmailSignIn = true }, own.Fixture.Helpdesk, CancellationToken.None));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains("its configuration is read-only", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ClusterSettings.ReadOnlyConfig", refusal.Hint, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await own.Fixture.Get<OutageStore>().ListAsync(openOnly: true, 10, CancellationToken.None), outage => outage.Service == "saml").ChangedSettingsJson);
    }

    /// <summary>A stand-in whose environment nobody else sees: an override can't be taken back.</summary>
    private sealed class OwnSso : IAsyncDisposable
    {
        internal SsoFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}

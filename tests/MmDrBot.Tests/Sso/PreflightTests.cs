using System.Net;
using System.Net.Sockets;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mail;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>Each thing that would keep conversions from working, or from helping, is found before an outage is opened.</summary>
public sealed class PreflightTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task Where_all_is_well_every_point_is()
    {
        await using var mail = new SmtpStandIn(null);
        sso.Mattermost.SetSetting("EmailSettings", "SMTPServer", "127.0.0.1");
        sso.Mattermost.SetSetting("EmailSettings", "SMTPPort", $"{mail.Port}");

        var checks = await sso.Get<Preflight>().RunAsync(CancellationToken.None);

        Assert.All(checks, check => Assert.True(check.IsOk, $"{check.Name}: {check.Detail}"));
        Assert.Equal(10, checks.Count);
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
        Assert.Equal(10, shown.Count);
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

    [Theory]
    [InlineData("220 mail.example ESMTP", true)]
    [InlineData("554 no mail from you", false)]
    [InlineData("HTTP/1.1 400 Bad Request", false)]
    public async Task A_mail_server_is_one_that_greets(string line, bool isOk)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        sso.Mattermost.SetSetting("EmailSettings", "SMTPServer", "127.0.0.1");
        sso.Mattermost.SetSetting("EmailSettings", "SMTPPort", $"{((IPEndPoint)listener.LocalEndpoint).Port}");
        var serving = ServeAsync(listener, line);

        var check = (await sso.Get<Preflight>().RunAsync(CancellationToken.None)).Single(check => check.Name == "mail");

        Assert.Equal(isOk, check.IsOk);
        await serving;
    }

    /// <summary>One connection: says the line, and yes to everything.</summary>
    private static async Task ServeAsync(TcpListener listener, string line)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            do
            {
                await writer.WriteLineAsync(line);
                line = "250 well";
            }
            while (await reader.ReadLineAsync() is not null);
        }
        catch (IOException)
        {
            // The other side is gone.
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
    public async Task An_administrator_who_has_a_password_for_the_outage_only_is_no_break_glass_account()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        var person = await own.Fixture.PersonAsync();
        await own.Fixture.Database.ExecuteAsync($"update users set roles = 'system_user system_admin' where id = '{person.Id}'");
        await own.Fixture.Database.ExecuteAsync("update users set password = '' where username = 'ada'");
        await own.Fixture.ConvertAsync(person.Username, actor: own.Fixture.Root);
        Assert.Equal("", (await own.Fixture.Mattermost.FindAccountAsync(person.Id))!.AuthService);

        Assert.False((await own.Fixture.Get<Preflight>().ShowAsync(CancellationToken.None)).Single(check => check.Name.Contains("break-glass", StringComparison.Ordinal)).IsOk);
    }

    [Fact]
    public async Task Sign_up_by_mail_does_not_matter_and_every_cure_is_named_where_nothing_is_opened()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignUpWithEmail", false);
        Assert.True((await own.Fixture.Get<Preflight>().ShowAsync(CancellationToken.None)).Single(check => check.Name == "sign-up by e-mail").IsOk);
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        own.Fixture.NewProcess(("Repository:Url", "file:///proc/no/such/place"));

        var refusal = await Assert.ThrowsAsync<Refusal>(() => own.Fixture.OpenAsync("saml"));

        Assert.Contains("--enable-email-sign-in", refusal.Hint, StringComparison.Ordinal);
        Assert.Contains("repository", refusal.Hint, StringComparison.Ordinal);
        Assert.Contains("`sso preflight`", refusal.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "MM_EMAILSETTINGS_ENABLESIGNINWITHEMAIL")]
    [InlineData(false, "ClusterSettings.ReadOnlyConfig")]
    public async Task What_would_defeat_turning_sign_in_on_is_in_the_preflight_and_nothing_is_opened(bool isEnvironment, string words)
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        if (isEnvironment)
        {
            own.Fixture.Mattermost.OverrideSetting("EmailSettings", "EnableSignInWithEmail", false);
        }

        own.Fixture.Mattermost.SetSetting("ClusterSettings", "Enable", !isEnvironment);
        own.Fixture.Mattermost.SetSetting("ClusterSettings", "ReadOnlyConfig", true);

        var check = (await own.Fixture.Get<Preflight>().ShowAsync(CancellationToken.None)).Single(check => check.Name == Preflight.SignIn);
        var refusal = await Assert.ThrowsAsync<Refusal>(() => OpenAsync(own.Fixture));

        Assert.False(check.IsOk);
        Assert.Contains(words, check.Detail, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await own.Fixture.Get<OutageStore>().ListAsync(openOnly: false, 10, CancellationToken.None), outage => outage.Service == "saml");
    }

    [Fact]
    public async Task What_Mattermost_does_not_take_leaves_nothing_to_put_back()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        own.Fixture.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        own.Fixture.Mattermost.FailAtRandom("PUT /api/v4/config/patch", 1, 1, StandInFailure.Answer(403));

        var refusal = await Assert.ThrowsAsync<Refusal>(() => OpenAsync(own.Fixture));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains("The outage is open, but", refusal.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await own.Fixture.Get<OutageStore>().ListAsync(openOnly: true, 10, CancellationToken.None), outage => outage.Service == "saml").ChangedSettingsJson);
    }

    [Fact]
    public async Task Guests_who_sign_in_by_mailed_links_are_no_service_whose_outage_is_opened()
    {
        await using var own = new OwnSso();
        await own.Fixture.InitializeAsync();
        await own.Fixture.PersonAsync("magic_link");
        var request = new OpenOutageRequest { Ticket = "INC-53", Reason = "away" };

        var refusal = await Assert.ThrowsAsync<Refusal>(() => own.Fixture.Get<OpenOutage>().HandleAsync(request, own.Fixture.Helpdesk, CancellationToken.None));
        Assert.Contains("No active account", refusal.Message, StringComparison.Ordinal);

        await own.Fixture.PersonAsync("saml");
        Assert.Equal("saml", (await own.Fixture.Get<OpenOutage>().HandleAsync(request, own.Fixture.Helpdesk, CancellationToken.None)).Outage.Service);
    }

    private static Task<OpenedOutage> OpenAsync(SsoFixture sso) =>
        sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "saml", Ticket = "INC-50", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);

    /// <summary>A stand-in whose environment nobody else sees: an override can't be taken back.</summary>
    private sealed class OwnSso : IAsyncDisposable
    {
        internal SsoFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}

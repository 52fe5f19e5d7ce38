using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Features.Doctor;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Setup;

public sealed class DoctorTests(DoctorSample sample) : IClassFixture<DoctorSample>, IAsyncLifetime
{
    private SetupFixture _setup = null!;
    private StandInUser _bot = null!;

    private MattermostStandIn Server => _setup.Server;

    /// <summary>A service at which everything is well.</summary>
    public async Task InitializeAsync()
    {
        _setup = await SetupFixture.StartAsync();
        _bot = _setup.GiveToken();
        _setup.Settings["Mattermost:Directory"] = sample.Mattermost.Directory;
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        _setup.Settings["Mattermost:Register"] = "false";
        _setup.Settings["Repository:Url"] = $"file://{_setup.Place("repository")}";
        _setup.Settings["Repository:Passphrase"] = DoctorSample.Passphrase;
        await sample.CopyRepositoryAsync(_setup.Place("repository"));
        _setup.Settings["Http:PublicUrl"] = sample.ServiceUrl;
        await _setup.RegisterAsync(new RegisterRequest());
    }

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task Where_all_is_well_nothing_fails_and_every_area_was_looked_at()
    {
        var report = await ExamineAsync();

        Assert.Empty(report.Findings.Where(finding => finding.State is FindingState.Failed).Select(finding => $"{finding.What}: {finding.Detail}"));
        Assert.Equal(Enum.GetValues<DoctorArea>(), report.Findings.Select(finding => finding.Area).Distinct());
        foreach (var what in new[] { "settings", "state database", "state's files", "service's secret", "repository", "writing into the repository", "Mattermost's release", "clock against Mattermost's", "bot account", "right to register /dr", "EnableCommands", "SiteURL", "AllowedUntrustedInternalConnections", "/dr in acme", "service's address", "Mattermost's configuration", "file store", "Mattermost's database", "rights in the database", "PostgreSQL's client tools" })
        {
            Assert.Equal(FindingState.Ok, Assert.Single(report.Findings, finding => finding.What == what && finding.Area is not DoctorArea.Sso).State);
        }

        Assert.Equal(FindingState.Warning, Assert.Single(report.Findings, finding => finding.What == "keys").State);
        Assert.Empty(Directory.GetFiles(_setup.Place("repository"), "*touch*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("the command's address", "/dr in acme", "mmdr mattermost register")]
    [InlineData("the command's token", "/dr in acme", "mmdr mattermost register")]
    [InlineData("no command", "/dr in acme", "mmdr mattermost register")]
    [InlineData("a foreign command", "/dr in acme", "another trigger")]
    [InlineData("no such team", "/dr in gone", "as it stands in addresses")]
    [InlineData("a revoked token", "bot account", "--admin-token-file")]
    [InlineData("commands off", "EnableCommands", "ServiceSettings.EnableCommands")]
    [InlineData("no SiteURL", "SiteURL", "ServiceSettings.SiteURL")]
    [InlineData("another SiteURL", "SiteURL", "MMDR_Mattermost__SiteUrl")]
    [InlineData("internal connections", "AllowedUntrustedInternalConnections", "Add 127.0.0.1 to ServiceSettings.AllowedUntrustedInternalConnections")]
    [InlineData("an unhealthy Mattermost", "Mattermost's health", "Mattermost's log")]
    [InlineData("Mattermost away", "Mattermost's API", "MMDR_Mattermost__Url")]
    [InlineData("the service away", "service's address", "mmdr serve")]
    [InlineData("a wrong passphrase", "repository", "")]
    [InlineData("no repository", "repository", "repository init")]
    [InlineData("a repository that can only be read", "writing into the repository", "")]
    [InlineData("an open state file", "state's files", "chmod 600")]
    [InlineData("no configuration", "Mattermost's configuration", "")]
    [InlineData("no data directory", "file store", "MMDR_Mattermost__DataDirectory")]
    [InlineData("no database", "Mattermost's database", "PostgreSQL runs")]
    [InlineData("a role without rights", "rights in the database", "GRANT pg_read_all_data")]
    public async Task What_is_not_well_fails_with_its_cure_and_hides_nothing_else(string what, string finding, string cure)
    {
        await BreakAsync(what);

        var report = await ExamineAsync();

        var failed = Assert.Single(report.Findings, one => one.What == finding && one.Area is not DoctorArea.Sso);
        Assert.True(failed.State is FindingState.Failed, $"{failed.State}: {failed.Detail}");
        Assert.Contains(cure, failed.Cure ?? "", StringComparison.Ordinal);
        Assert.False(report.Good);
        Assert.Contains(report.Findings, one => one.What == "settings" && one.State is FindingState.Ok);
        Assert.Contains(report.Findings, one => one.What == "service's secret" && one.State is FindingState.Ok);
        var all = string.Join('\n', report.Findings.Select(one => $"{one.Detail} {one.Cure}"));
        Assert.All(new[] { DoctorSample.Passphrase, _bot.Token, Uri.UnescapeDataString(new Uri(sample.Mattermost.DatabaseUri).UserInfo.Split(':')[1]) }, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plain_bot_is_told_apart_from_a_broken_one()
    {
        _bot.IsAdmin = false;

        var report = await ExamineAsync();

        Assert.Equal(FindingState.Ok, Assert.Single(report.Findings, finding => finding.What == "bot account").State);
        var right = Assert.Single(report.Findings, finding => finding.What == "right to register /dr");
        Assert.Equal(FindingState.Warning, right.State);
        Assert.Contains("system_admin", right.Cure, StringComparison.Ordinal);
        Assert.Equal(FindingState.Skipped, Assert.Single(report.Findings, finding => finding.What == "/dr").State);
    }

    [Fact]
    public async Task Without_Mattermost_in_the_settings_chat_is_skipped_with_the_reason()
    {
        _setup.Settings["Mattermost:Url"] = "";

        var report = await ExamineAsync();

        Assert.True(report.Good);
        Assert.Equal(["Mattermost's API", "/dr", "outages of single sign-on"], report.Findings.Where(finding => finding.State is FindingState.Skipped).Select(finding => finding.What));
    }

    [Fact]
    public async Task A_clock_that_is_far_off_fails()
    {
        var report = await ExamineAsync(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(5)));

        Assert.Equal(FindingState.Failed, Assert.Single(report.Findings, finding => finding.What == "clock against Mattermost's").State);
        Assert.Equal(FindingState.Warning, Assert.Single(report.Findings, finding => finding.What == "clock against the database's").State);
    }

    [Fact]
    public async Task Whoever_only_looks_has_nothing_written()
    {
        var viewer = new Actor("api-key:ab12cd34", Door.Rest, new HashSet<Permission> { Permission.ViewStatus });
        var before = TreeSnapshot.Of(_setup.Place("repository"));

        var report = await ExamineAsync(actor: viewer);

        Assert.Equal(FindingState.Skipped, Assert.Single(report.Findings, finding => finding.What == "writing into the repository").State);
        Assert.Empty(before.DifferencesTo(TreeSnapshot.Of(_setup.Place("repository"))));
        await Assert.ThrowsAsync<Refusal>(() => ExamineAsync(actor: viewer with { Permissions = new HashSet<Permission>() }));
    }

    private Task<DoctorReport> ExamineAsync(TimeProvider? time = null, Actor? actor = null) =>
        _setup.Process(time).GetRequiredService<RunDoctor>().HandleAsync(actor ?? Actor.System, CancellationToken.None);

    private async Task BreakAsync(string what)
    {
        var command = Server.Commands.Single();
        switch (what)
        {
            case "the command's address": Server.ChangeCommand(command.Id, old => old with { Url = new Uri("http://old.example/mattermost/commands") }); break;
            case "the command's token": Server.ChangeCommand(command.Id, old => old with { Token = "another" }); break;
            case "no command": Server.ChangeCommand(command.Id, old => old with { TeamId = "elsewhere" }); break;
            case "a foreign command": Server.RegisterCommand(new Uri("https://hooks.example/x"), "theirs"); break;
            case "no such team": _setup.Settings["Mattermost:Teams:1"] = "gone"; break;
            case "a revoked token": _bot.Token = "revoked0revoked0revoked0re"; _setup.Settings["Mattermost:Token"] = "formerly0formerly0formerly"; break;
            case "commands off": Server.SetSetting("ServiceSettings", "EnableCommands", false); break;
            case "no SiteURL": Server.SetSetting("ServiceSettings", "SiteURL", ""); break;
            case "another SiteURL": Server.SetSetting("ServiceSettings", "SiteURL", "https://chat.example.org"); break;
            case "internal connections": Server.SetSetting("ServiceSettings", "AllowedUntrustedInternalConnections", "10.0.0.0/8"); break;
            case "an unhealthy Mattermost": Server.DatabaseHealthy = false; break;
            case "Mattermost away": _setup.Settings["Mattermost:Url"] = "http://127.0.0.1:9"; break;
            case "the service away": _setup.Settings["Http:PublicUrl"] = "http://127.0.0.1:9"; break;
            case "a wrong passphrase": _setup.Settings["Repository:Passphrase"] = "another"; break;
            case "no repository": _setup.Settings["Repository:Url"] = $"file://{_setup.Folder("empty")}"; break;
            case "a repository that can only be read": File.WriteAllText(_setup.Place("repository/probe"), "in the way of a directory"); break;
            case "an open state file": File.SetUnixFileMode(_setup.StateFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead); break;
            case "no configuration": _setup.Settings["Mattermost:ConfigFile"] = "/nowhere/config.json"; break;
            case "no data directory": _setup.Settings["Mattermost:DataDirectory"] = "/nowhere/data"; break;
            case "no database": _setup.Settings["Mattermost:DatabaseUrl"] = "postgres://mm:pass@127.0.0.1:9/mattermost?sslmode=disable"; break;
            case "a role without rights": await WeakRoleAsync(); break;
            default: throw new ArgumentException(what);
        }
    }

    private async Task WeakRoleAsync()
    {
        var role = "weak" + Guid.NewGuid().ToString("n")[..8];
        await sample.Database.ExecuteAsync($"create role {role} login password 'weak'");
        _setup.Settings["Mattermost:DatabaseUrl"] = new UriBuilder(sample.Database.Uri) { UserName = role, Password = "weak", Query = "sslmode=disable" }.Uri.AbsoluteUri;
    }
}

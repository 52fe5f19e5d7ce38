using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.ApiKeys;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mail;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Webhooks;

namespace MmDrBot.Tests.Alarms;

/// <summary>Sources that ask the world: real certificates, real answers, a real state.</summary>
public sealed class SourceTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private readonly List<AlarmBench> _benches = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var bench in _benches)
        {
            await bench.DisposeAsync();
        }

        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Certificates_of_servers_and_of_SAML_are_told_before_they_end()
    {
        using var fresh = _certificates.Issue("127.0.0.1");
        using var near = _certificates.Issue("127.0.0.1", TimeSpan.FromDays(80), TimeSpan.FromDays(10));
        using var over = _certificates.Issue("idp", TimeSpan.FromDays(300), TimeSpan.FromDays(-1));
        await using var mattermost = new SmtpStandIn(near, isImplicit: true);
        await using var ours = new SmtpStandIn(fresh, isImplicit: true);
        await File.WriteAllTextAsync(_directory.File("config.json"), """{"SqlSettings":{},"SamlSettings":{"Enable":true,"IdpCertificateFile":"idp.pem","PublicCertificateFile":"gone.pem"}}""");
        await File.WriteAllTextAsync(_directory.File("idp.pem"), over.ExportCertificatePem());
        var (_, process) = Begin(("Mattermost:ConfigFile", _directory.File("config.json")), ("Mattermost:Url", $"https://127.0.0.1:{mattermost.Port}"), ("Http:PublicUrl", $"https://127.0.0.1:{ours.Port}"), ("Repository:S3:Endpoint", "https://127.0.0.1:9"), ("Repositories:offsite:S3:Endpoint", "https://127.0.0.1:10"));

        var judgement = await Source<CertificateSource>(process).JudgeAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);

        Assert.Equal([(AlarmSeverity.Critical, "SAML identity provider"), (AlarmSeverity.Warning, $"127.0.0.1:{mattermost.Port}")], judgement.Alarms.OrderByDescending(alarm => alarm.Severity).Select(alarm => (alarm.Severity, alarm.Subject)));
        Assert.Contains("(idp) ended on", judgement.Alarms[0].Message, StringComparison.Ordinal);
        Assert.Equal(["certificate_expiry/127.0.0.1:10", "certificate_expiry/127.0.0.1:9", "certificate_expiry/SAML service provider"], judgement.Unknown.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("bytea")]
    public async Task Certificates_that_Mattermost_keeps_in_its_database_are_told_too(string type)
    {
        using var near = _certificates.Issue("idp", TimeSpan.FromDays(80), TimeSpan.FromDays(10));
        using var far = _certificates.Issue("sp");
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await database.ExecuteAsync($$$"""
            CREATE TABLE configurations (id varchar(26) PRIMARY KEY, value text NOT NULL, createat bigint NOT NULL, active boolean UNIQUE);
            CREATE TABLE configurationfiles (name varchar(64) PRIMARY KEY, data {{{type}}} NOT NULL, createat bigint NOT NULL, updateat bigint NOT NULL);
            INSERT INTO configurations VALUES ('x', '{"SqlSettings":{},"SamlSettings":{"Enable":true,"IdpCertificateFile":"idp.crt","PublicCertificateFile":"sp.crt"},"LdapSettings":{"Enable":true,"PublicCertificateFile":"gone.crt"}}', 1, true);
            INSERT INTO configurationfiles VALUES ('idp.crt', '{{{near.ExportCertificatePem()}}}', 1, 1), ('sp.crt', '{{{far.ExportCertificatePem()}}}', 1, 1);
            """);
        var (_, process) = Begin(("Mattermost:ConfigFile", database.Uri + "?sslmode=disable"));

        var judgement = await Source<CertificateSource>(process).JudgeAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);

        Assert.Equal((AlarmSeverity.Warning, "SAML identity provider"), Assert.Single(judgement.Alarms) is var alarm ? (alarm.Severity, alarm.Subject) : default);
        Assert.Equal(["certificate_expiry/LDAP client"], judgement.Unknown);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_told_and_one_that_does_not_answer_says_nothing()
    {
        await using var server = await WebhookReceiver.StartAsync();
        var (bench, process) = Begin(("Mattermost:Url", server.Url.GetLeftPart(UriPartial.Authority)), ("Repository:Url", "s3://bucket/x"), ("Repository:S3:Endpoint", "http://127.0.0.1:9"), ("Repositories:offsite:Url", "s3://other/x"), ("Repositories:offsite:S3:Endpoint", server.Url.GetLeftPart(UriPartial.Authority)));
        server.Answer = context =>
        {
            context.Response.Headers.Date = bench.Clock.GetUtcNow().AddMinutes(-5).ToString("R");
            return Task.CompletedTask;
        };

        var judgement = await Source<ClockSource>(process).JudgeAsync(bench.Clock.GetUtcNow(), CancellationToken.None);

        Assert.Equal(["Mattermost server", "object store of offsite"], judgement.Alarms.Select(alarm => alarm.Subject));
        Assert.All(judgement.Alarms, alarm => Assert.Contains("300 s behind", alarm.Message, StringComparison.Ordinal));
        Assert.Equal(["clock_skew/object store"], judgement.Unknown);
        Assert.Contains(server.Received, call => call.Target == "/api/v4/system/ping");
    }

    [Fact]
    public async Task Keys_of_the_REST_door_are_told_before_they_end_and_after_if_they_are_missed()
    {
        var (bench, process) = Begin();
        var now = bench.Clock.GetUtcNow();
        var keys = new List<IssuedApiKey>();
        foreach (var days in new int?[] { null, 60, 13 })
        {
            keys.Add(await process.GetRequiredService<StateDatabase>().InTransactionAsync(
                (transaction, token) => process.GetRequiredService<ApiKeyStore>().CreateAsync(transaction, new NewApiKey($"for {days}", new HashSet<Permission> { Permission.ViewStatus }, days is { } life ? now.AddDays(life) : null), Actor.System, token), CancellationToken.None));
        }

        // One that lives for 13 days is near its end in the last quarter of them.
        Assert.Empty(await AlarmsAsync<ApiKeySource>(process, bench));
        bench.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Contains("`for 13`) ends on 2026-03-14", Assert.Single(await AlarmsAsync<ApiKeySource>(process, bench)).Message, StringComparison.Ordinal);
        await process.GetRequiredService<ApiKeyStore>().FindAsync(keys[2].Secret, CancellationToken.None);
        bench.Clock.Advance(TimeSpan.FromDays(4));
        Assert.Contains("was in use until then", Assert.Single(await AlarmsAsync<ApiKeySource>(process, bench)).Message, StringComparison.Ordinal);
        bench.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Empty(await AlarmsAsync<ApiKeySource>(process, bench));
    }

    [Fact]
    public async Task What_a_check_found_damaged_stands_until_one_that_read_as_much_finds_nothing()
    {
        var (bench, process) = Begin();
        var health = process.GetRequiredService<RepositoryHealth>();
        Assert.Empty(await AlarmsAsync<CheckSource>(process, bench));

        await health.RecordAsync("offsite", 1, ["packs/1 is missing."]);
        await health.RecordAsync("main", 1, ["packs/2 is missing."]);
        Assert.Equal("The repository is damaged: packs/2 is missing.", Assert.Single(await AlarmsAsync<CheckSource>(process, bench)).Message);
        await health.RecordAsync("main", 0, ["keys/3 is missing."]);
        await health.RecordAsync("main", 0, []);
        Assert.Single(await AlarmsAsync<CheckSource>(process, bench));
        await health.RecordAsync("main", 1, []);
        Assert.Empty(await AlarmsAsync<CheckSource>(process, bench));
    }

    [Fact]
    public async Task Failed_jobs_are_told_and_made_up_for_though_only_what_ended_lately_is_read_again()
    {
        var (bench, process) = Begin();
        var source = Source<JobSource>(process);
        async Task<IEnumerable<string>> TellAsync() => (await source.JudgeAsync(bench.Clock.GetUtcNow(), CancellationToken.None)).Alarms.Select(alarm => alarm.Subject).Order(StringComparer.Ordinal);
        await EndAsync(process, "backup", "failed", bench.Clock.GetUtcNow());
        await EndAsync(process, "restore", "failed", bench.Clock.GetUtcNow());
        Assert.Equal(["backup"], await TellAsync());

        bench.Clock.Advance(TimeSpan.FromDays(40));
        await EndAsync(process, "prune", "failed", bench.Clock.GetUtcNow());
        Assert.Equal(["backup", "prune"], await TellAsync());
        await EndAsync(process, "backup", "succeeded", bench.Clock.GetUtcNow());
        Assert.Equal(["prune"], await TellAsync());

        // What ended by a clock that was years ahead is no end of looking.
        await EndAsync(process, "read-back", "succeeded", bench.Clock.GetUtcNow().AddYears(5));
        Assert.Equal(["prune"], await TellAsync());
        await EndAsync(process, "check", "interrupted", bench.Clock.GetUtcNow());
        Assert.Equal(["check", "prune"], await TellAsync());
    }

    [Fact]
    public async Task A_job_that_succeeded_by_a_clock_that_was_ahead_makes_up_for_no_failure_and_hides_no_success()
    {
        var (bench, process) = Begin();
        await EndAsync(process, "check", "succeeded", bench.Clock.GetUtcNow().AddHours(2));
        await EndAsync(process, "check", "failed", bench.Clock.GetUtcNow());
        var source = Source<JobSource>(process);
        async Task<IEnumerable<string>> TellAsync() => (await source.JudgeAsync(bench.Clock.GetUtcNow(), CancellationToken.None)).Alarms.Select(alarm => alarm.Subject);
        Assert.Equal(["check"], await TellAsync());
        Assert.Equal(["check"], (await AlarmsAsync<JobSource>(process, bench)).Select(alarm => alarm.Subject));

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await EndAsync(process, "check", "succeeded", bench.Clock.GetUtcNow());
        Assert.Empty(await TellAsync());
        Assert.Empty(await AlarmsAsync<JobSource>(process, bench));
    }

    [Fact]
    public async Task Ways_that_are_stuck_and_webhooks_that_are_off_are_told()
    {
        var (bench, process) = Begin();
        bench.Source.Say(new Alarm("growth", AlarmSeverity.Warning, "x", "message", "cure"));
        bench.Post.Before = _ => throw new IOException("the server is down");
        await process.GetRequiredService<StateDatabase>().InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync("insert into webhooks (id, name, url, events, secret, created_at, created_by, disabled_at, disabled_reason) values ('w', 'pager', 'https://example.org/', 'x', 'x', 0, 'test', 1, 'it failed for 3 days')", null, token), CancellationToken.None);
        for (var round = 0; round < 4; round++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(5));
            await AlarmBench.RoundAsync(process);
        }

        var alarms = await AlarmsAsync<WaysSource>(process, bench);

        Assert.Equal(["telling_failed/post", "webhook_failing/pager"], alarms.Select(alarm => alarm.Key));
        Assert.Contains("the server is down", alarms[0].Message, StringComparison.Ordinal);
    }

    private static Task EndAsync(IServiceProvider process, string kind, string state, DateTimeOffset at) => process.GetRequiredService<StateDatabase>().InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("insert into jobs (id, kind, state, request, actor_name, door, created_at, finished_at) values (@id, @kind, @state, '{}', 'system', 'system', @at, @at)", new { id = Guid.NewGuid().ToString("N"), kind, state, at = at.ToUnixTimeMilliseconds() }, token),
        CancellationToken.None);

    private static T Source<T>(IServiceProvider process) where T : IAlarmSource => ActivatorUtilities.CreateInstance<T>(process);

    private static async Task<IReadOnlyList<Alarm>> AlarmsAsync<T>(IServiceProvider process, AlarmBench bench) where T : IAlarmSource =>
        (await Source<T>(process).JudgeAsync(bench.Clock.GetUtcNow(), CancellationToken.None)).Alarms;

    private (AlarmBench Bench, ServiceProvider Process) Begin(params (string, string)[] settings)
    {
        var bench = new AlarmBench(StateDatabases.Sqlite(), settings);
        _benches.Add(bench);
        return (bench, bench.NewProcess());
    }
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Sso;

/// <summary>
/// The service's rooms beside a stand-in whose accounts lie in a real database, with an outage of gitlab open. Nothing goes on by
/// itself: tests call what the service would.
/// </summary>
public class SsoFixture : IAsyncLifetime
{
    internal const string Service = "gitlab";
    private readonly TempDirectory _directory = new();
    private readonly List<WebApplication> _apps = [];
    private int _people;

    internal TestDatabase Database { get; private set; } = null!;

    internal MattermostStandIn Mattermost { get; private set; } = null!;

    internal StandInUser Bot { get; private set; } = null!;

    /// <summary>An operator, who may do all that an outage needs but sign off.</summary>
    internal Actor Helpdesk { get; } = new("api-key:helpdesk", Door.Rest, RolePermissions.Of(Role.Operator));

    internal Actor Root { get; } = new("cli:root", Door.Cli, Enum.GetValues<Permission>().ToHashSet());

    internal RecordingLogs Logs { get; } = new();

    internal string StateFile => _directory.File("state.db");

    internal string RepositoryUrl => $"file://{_directory.File("repository")}";

    internal string MattermostDirectory => _directory.File("mattermost");

    protected virtual string State => StateFile;

    /// <summary>What a child process is told about the state.</summary>
    internal string StateText => State;

    /// <summary>The settings of <see cref="NewProcess"/> for the program as a child process.</summary>
    internal IReadOnlyDictionary<string, string> ChildSettings => new Dictionary<string, string>
    {
        ["MMDR_Mattermost__Directory"] = MattermostDirectory,
        ["MMDR_Mattermost__Url"] = Mattermost.Url.ToString(),
        ["MMDR_Mattermost__Token"] = Bot.Token,
        ["MMDR_Repository__Url"] = RepositoryUrl,
        ["MMDR_Repository__Passphrase"] = "the passphrase of the ledger 8812",
        ["MMDR_ConnectionStrings__State"] = State,
        ["MMDR_Http__PublicUrl"] = "https://dr.example",
        ["MMDR_Sso__SettleTime"] = "00:00:00",
    };

    public async Task InitializeAsync()
    {
        Database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Mattermost = await MattermostStandIn.StartAsync(new StandInOptions { Database = Database.ConnectionString }, CancellationToken.None);
        Bot = Mattermost.AddBot("drbot", admin: true);
        _ = Mattermost.AddUser("ada", admin: true);
        WriteConfig();
        NewProcess();
        await Get<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        await OpenAsync(Service);
    }

    public async Task DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await Mattermost.DisposeAsync();
        await Database.DisposeAsync();
        _directory.Dispose();
    }

    internal WebApplication App => _apps[^1];

    internal T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>All services anew, as in another process; with other settings where they are given.</summary>
    internal void NewProcess(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Directory"] = MattermostDirectory,
            ["Mattermost:Url"] = Mattermost.Url.ToString(),
            ["Mattermost:Token"] = Bot.Token,
            ["Repository:Url"] = RepositoryUrl,
            ["Repository:Passphrase"] = "the passphrase of the ledger 8812",
            ["ConnectionStrings:State"] = State,
            ["Http:Listen"] = "http://127.0.0.1:0",
            ["Http:PublicUrl"] = "https://dr.example",
            ["Sso:SettleTime"] = "00:00:00",
            ["Announcements:Channel"] = "operations",
            ["Approvals:ConvertAdmin"] = "false",
            ["Approvals:ConvertMany"] = "0",
            ["Approvals:SignOff"] = "false",
        });
        foreach (var (name, value) in settings)
        {
            configuration[name] = value;
        }

        var app = MmDrBotService.Build(configuration, AppSettings.Load(configuration));
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        _apps.Add(app);
    }

    /// <summary>As if the processes that worked on rows were gone.</summary>
    internal Task LoseOwnersAsync() => Get<StateDatabase>().InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update conversions set owner = null, owner_until = 0", null, token), CancellationToken.None);

    /// <summary>Whether a call of this owner may work on a conversion that is done.</summary>
    internal Task<bool> OwnAsync(ConversionStore store, string id, WorkOwner owner) =>
        Get<StateDatabase>().InTransactionAsync((transaction, token) => store.TryOwnAsync(transaction, id, ConversionState.Converted, owner, token), CancellationToken.None);

    /// <summary>As if the call that converted these people had been killed: the first ones before Mattermost was asked, the others after.</summary>
    internal async Task AbandonAsync(IReadOnlyList<StandInAccount> people, int untouched)
    {
        var ids = people.Select(person => person.Id).ToArray();
        await Database.ExecuteAsync($"update users set authservice = '{Service}', authdata = '{Service}-' || username, password = '' where id in ('{string.Join("', '", ids.Take(untouched))}')");
        await Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync($"update conversions set state = 'planned', owner = null, owner_until = 0 where user_id in ('{string.Join("', '", ids)}')", null, token), CancellationToken.None);
    }

    /// <summary>As if the newest conversion had ended then.</summary>
    internal Task EndedAtAsync(StandInAccount person, DateTimeOffset at) => Get<StateDatabase>().InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update conversions set ended_at = @at where user_id = @Id", new { person.Id, at = at.ToUnixTimeMilliseconds() }, token), CancellationToken.None);

    internal Task<OpenedOutage> OpenAsync(string service) =>
        Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = service, Ticket = "INC-1", Reason = "it is away", MailDepends = false }, Helpdesk, CancellationToken.None);

    internal string NewName() => $"p{Interlocked.Increment(ref _people)}{Guid.NewGuid():n}"[..12];

    internal Task<StandInAccount> PersonAsync(string service = Service) => PersonAsync(NewName(), service);

    internal Task<StandInAccount> PersonAsync(string name, string service) => Mattermost.AddSsoUserAsync(name, service, $"{service}-{name}");

    internal async Task<ConversionResult> ConvertAsync(string user, string? deliver = null, string? lasts = null, Actor? actor = null) =>
        Assert.Single(await Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [user], Ticket = "INC-2", Deliver = deliver, For = lasts }, actor ?? Helpdesk, null, CancellationToken.None));

    internal Task<ClosedOutage> CloseAsync(string service, string? signOff) => Get<CloseOutage>().HandleAsync(service, signOff, signOff is null ? Helpdesk : Root, CancellationToken.None);

    internal Task AddSessionAsync(string userId, DateTimeOffset? ends, string props = "{}") => Database.ExecuteAsync(
        $"insert into sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify) values (substr(md5(random()::text), 1, 26), substr(md5(random()::text), 1, 26), 1, {ends?.ToUnixTimeMilliseconds() ?? 0}, 1, '{userId}', '', 'system_user', true, '{props}', false)");

    internal async Task<RevertView> RevertAsync(string user) =>
        Assert.Single(await Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [user] }, Helpdesk, null, CancellationToken.None));

    internal async Task<Conversion?> NewestAsync(string userId) => (await Get<ConversionStore>().ListNewestAsync(CancellationToken.None)).FirstOrDefault(one => one.UserId == userId);

    /// <summary>What the ledger alone would bring back.</summary>
    internal async Task<IReadOnlyList<LedgerBinding>> LedgerAsync() =>
        [.. (await ConversionLedger.ReadOpenAsync(await Get<RepositoryProvider>().OpenAsync(CancellationToken.None), damage => Assert.Fail(damage), CancellationToken.None)).Select(open => open.Binding)];

    internal async Task AssertBoundAsync(StandInAccount person)
    {
        var now = (await Mattermost.FindAccountAsync(person.Id))!;
        Assert.Equal((person.AuthService, person.AuthData), (now.AuthService, now.AuthData));
        Assert.DoesNotContain(await LedgerAsync(), binding => binding.UserId == person.Id);
    }

    /// <summary>The one thing that must never be: an account that is converted, and nobody who remembers it.</summary>
    internal async Task AssertNobodyIsLostAsync(params IReadOnlyList<StandInAccount> people)
    {
        var open = (await Get<ConversionStore>().ListOpenAsync(null, CancellationToken.None)).ToDictionary(one => one.UserId);
        var ledger = (await LedgerAsync()).ToLookup(binding => binding.UserId);
        foreach (var person in people)
        {
            if (await Mattermost.FindAccountAsync(person.Id) is not { AuthService: "" })
            {
                continue;
            }

            Assert.True(open.TryGetValue(person.Id, out var row), $"@{person.Username} is converted and in no book.");
            Assert.Equal((person.AuthService, person.AuthData), (row.AuthService, row.AuthData));
            Assert.Contains(ledger[person.Id], binding => binding.ConversionId == row.Id && binding.AuthData == person.AuthData);
        }
    }

    /// <summary>What holds at every moment, whoever was killed with it: the ledger alone remembers each account that is converted.</summary>
    internal async Task AssertLedgerRemembersAsync(params IReadOnlyList<StandInAccount> people)
    {
        var ledger = (await LedgerAsync()).ToLookup(binding => binding.UserId);
        foreach (var person in people)
        {
            if (await Mattermost.FindAccountAsync(person.Id) is { AuthService: "" })
            {
                Assert.Contains(ledger[person.Id], binding => (binding.AuthService, binding.AuthData) == (person.AuthService, person.AuthData));
            }
        }
    }

    internal Task<IReadOnlyList<AuditRecord>> AuditAsync() => Get<AuditLog>().ListAsync(null, 10_000, CancellationToken.None);

    private void WriteConfig()
    {
        Directory.CreateDirectory(Path.Combine(MattermostDirectory, "config"));
        var config = new JsonObject
        {
            ["SqlSettings"] = new JsonObject { ["DriverName"] = "postgres", ["DataSource"] = Database.Uri + "?sslmode=disable" },
            ["FileSettings"] = new JsonObject { ["DriverName"] = "local", ["Directory"] = "./data/" },
        };
        File.WriteAllText(Path.Combine(MattermostDirectory, "config", "config.json"), config.ToJsonString());
    }
}

/// <summary>The same with its state in PostgreSQL.</summary>
public sealed class PostgresSsoFixture : SsoFixture
{
    private readonly Lazy<TestDatabase> _state = new(() => PostgresServer.SharedAsync().GetAwaiter().GetResult().CreateDatabaseAsync().GetAwaiter().GetResult());

    protected override string State => _state.Value.Uri + "?sslmode=disable";
}

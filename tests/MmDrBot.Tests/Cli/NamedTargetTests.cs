using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Cli;

/// <summary>Restores to targets that the settings name, and over the protected server, on the command line.</summary>
public sealed class NamedTargetTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_target_of_the_settings_receives_what_it_names_and_nothing_else()
    {
        await _bench.MustAsync("backup");
        var database = await _bench.DatabaseAsync();
        await File.WriteAllTextAsync(_bench.Place("address"), CliFixture.TargetOf(database));
        _bench.Settings["MMDR_Restore__Targets__spare__DatabaseUrlFile"] = _bench.Place("address");
        _bench.Settings["MMDR_Restore__Targets__spare__Files"] = _bench.Place("spare");

        var plan = await _bench.JsonAsync("restore", "latest", "--to", "spare", "--plan");
        var done = await _bench.JsonAsync("restore", "latest", "--to", "spare");

        Assert.Equal(["database", "files"], plan["steps"]!.AsArray().Select(step => (string?)step!["component"]));
        Assert.False((bool)plan["overServer"]!);
        Assert.Equal("spare", (string?)done["to"]);
        Assert.Equal(await PgDump.DumpAsync(_bench.Sample.DatabaseUri), await PgDump.DumpAsync(database.Uri));
        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--to", "nowhere");
        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--to", "spare", "--only", "config");
        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--to", "spare", "--files", "/tmp/x");
        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--files", "/tmp/x", "--only", "files");
        var settings = (await _bench.RunAsync("config", "check")).Output;
        Assert.Contains("MMDR_Restore__Targets__spare__Files", settings, StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.DatabasePassword, settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_protected_server_Mattermost_is_stopped_first_and_started_last()
    {
        await _bench.MustAsync("backup");
        await MarkAsync();
        string[] restore = ["restore", "latest", "--to", "server", "--only", "database", "--overwrite"];
        var warned = await _bench.JsonAsync([.. restore, "--plan"]);
        Assert.Contains(warned["warnings"]!.AsArray(), warning => ((string)warning!).Contains("stop it first", StringComparison.Ordinal));

        _bench.Settings["MMDR_Restore__StopCommand"] = "exit 3";
        _bench.Settings["MMDR_Restore__StartCommand"] = $"echo start >> {_bench.Place("commands")}";
        var unstopped = await _bench.RunAsync(restore);
        Assert.Equal(1, unstopped.ExitCode);
        Assert.Contains("could not be stopped, so nothing was restored", unstopped.Error, StringComparison.Ordinal);
        Assert.Contains("ended with code 3", unstopped.Error, StringComparison.Ordinal);
        Assert.True(await IsMarkedAsync());

        _bench.Settings["MMDR_Restore__StopCommand"] = $"echo stop >> {_bench.Place("commands")}";
        _bench.Settings["MMDR_Restore__StartCommand"] = "exit 4";
        var unstarted = await _bench.RunAsync(restore);
        Assert.Contains("The restore came through", unstarted.Error, StringComparison.Ordinal);
        Assert.Contains("ended with code 4", unstarted.Error, StringComparison.Ordinal);
        Assert.False(await IsMarkedAsync());

        _bench.Settings["MMDR_Restore__StartCommand"] = $"echo start >> {_bench.Place("commands")}";
        await _bench.MustAsync(restore);
        Assert.Equal(["start", "stop", "stop", "start"], await File.ReadAllLinesAsync(_bench.Place("commands")));
    }

    [Fact]
    public async Task A_restore_that_fails_in_the_middle_leaves_Mattermost_stopped_and_says_so()
    {
        await _bench.MustAsync("backup");
        foreach (var pack in Directory.EnumerateFiles(Path.Combine(_bench.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories))
        {
            File.Delete(pack);
        }

        _bench.Settings["MMDR_Restore__StopCommand"] = $"echo stop >> {_bench.Place("commands")}";
        _bench.Settings["MMDR_Restore__StartCommand"] = $"echo start >> {_bench.Place("commands")}";
        var failed = await _bench.RunAsync("restore", "latest", "--to", "server", "--only", "database", "--overwrite");

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Mattermost stays stopped", failed.Error, StringComparison.Ordinal);
        Assert.Equal(["stop"], await File.ReadAllLinesAsync(_bench.Place("commands")));
    }

    [Fact]
    public async Task With_search_later_Mattermost_starts_before_its_search_indexes_are_built()
    {
        const string Ask = "select count(*) from pg_indexes where indexname = 'idx_words'";
        await ExecuteAsync("create index idx_words on posts using gin (to_tsvector('english', message))");
        await _bench.MustAsync("backup");
        _bench.Settings["MMDR_Restore__StopCommand"] = "true";
        _bench.Settings["MMDR_Restore__StartCommand"] = $"psql -qtAX '{_bench.Sample.DatabaseUri}' -c \"{Ask}\" >> {_bench.Place("commands")}";
        string[] restore = ["restore", "latest", "--to", "server", "--only", "database", "--overwrite", "--search-later"];

        var planned = await _bench.JsonAsync([.. restore, "--plan"]);
        var done = await _bench.JsonAsync(restore);

        Assert.Contains(planned["warnings"]!.AsArray(), warning => ((string)warning!).Contains("Search for words is slow", StringComparison.Ordinal));
        Assert.Contains(done["notes"]!.AsArray(), note => ((string)note!).Contains("but the search indexes was there after", StringComparison.Ordinal));
        Assert.Equal(["0"], await File.ReadAllLinesAsync(_bench.Place("commands")));
        Assert.Equal(1L, await ExecuteAsync(Ask));
        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--files", _bench.Place("x"), "--search-later");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accounts_that_the_restored_database_has_converted_again_are_found_before_Mattermost_starts(bool searchLater)
    {
        // Starting Mattermost takes the evidence away, so that only a look before it finds anything.
        await ExecuteAsync("create index idx_words on posts using gin (to_tsvector('english', message))");
        await _bench.MustAsync("backup");
        var (id, name) = await ConvertedThenAsync();
        _bench.Settings["MMDR_Restore__StopCommand"] = "true";
        _bench.Settings["MMDR_Restore__StartCommand"] = $"psql -qtAX '{_bench.Sample.DatabaseUri}' -c \"update users set authservice = 'gitlab', authdata = 'of-{name}', password = '' where id = '{id}'\"";

        var done = await _bench.JsonAsync(["restore", "latest", "--to", "server", "--only", "database", "--overwrite", .. searchLater ? ["--search-later"] : Array.Empty<string>()]);

        Assert.Single(done["notes"]!.AsArray(), note => ((string)note!).Contains($"@{name}", StringComparison.Ordinal) && ((string)note!).Contains("sso reconcile --repair", StringComparison.Ordinal));
        Assert.Equal("gitlab", await ExecuteAsync($"select authservice from users where id = '{id}'"));
        var elsewhere = await _bench.DatabaseAsync();
        await File.WriteAllTextAsync(_bench.Place("address"), CliFixture.TargetOf(elsewhere));
        Assert.DoesNotContain((await _bench.JsonAsync("restore", "latest", "--database", $"@{_bench.Place("address")}"))["notes"]!.AsArray(), note => ((string)note!).Contains($"@{name}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restore_whose_accounts_cannot_be_compared_comes_through_and_says_so()
    {
        await _bench.MustAsync("backup");
        await ConvertedThenAsync();
        await ExecuteAsync("alter table users rename column authdata to elsewhere");
        await _bench.MustAsync("backup");
        _bench.Settings["MMDR_Restore__StopCommand"] = "true";
        _bench.Settings["MMDR_Restore__StartCommand"] = $"echo start >> {_bench.Place("commands")}";

        var done = await _bench.JsonAsync("restore", "latest", "--to", "server", "--only", "database", "--overwrite");

        Assert.Contains(done["notes"]!.AsArray(), note => ((string)note!).Contains("could not be compared", StringComparison.Ordinal));
        Assert.Equal(["start"], await File.ReadAllLinesAsync(_bench.Place("commands")));
    }

    [Theory]
    [InlineData("MMDR_Restore__Targets__server__Files", "/srv/x", "MMDR_Restore__Targets")]
    [InlineData("MMDR_Restore__Targets__spare__Files", "relative", "MMDR_Restore__Targets")]
    [InlineData("MMDR_Restore__Targets__spare__DatabaseUrl", "host=x", "MMDR_Restore__Targets")]
    [InlineData("MMDR_Restore__StopCommand", "true", "MMDR_Restore__StartCommand")]
    public async Task Settings_that_make_no_sense_are_named(string name, string value, string named)
    {
        _bench.Settings[name] = value;

        var result = await _bench.RunAsync("config", "check");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(named, result.Output + result.Error, StringComparison.Ordinal);
    }

    /// <summary>Somebody whom the backup has with a password, and the books as brought back since.</summary>
    private async Task<(string Id, string Name)> ConvertedThenAsync()
    {
        var id = (string)(await ExecuteAsync("select id from users where authservice = '' and deleteat = 0 order by username limit 1"))!;
        var name = (string)(await ExecuteAsync($"select username from users where id = '{id}'"))!;
        await using var state = new StateDatabase(_bench.Place("state.db"), TimeProvider.System);
        var store = new ConversionStore(state, new SsoOptions(), TimeProvider.System);
        var conversion = new Conversion { Id = "c1", OutageId = "o1", UserId = id, Username = name, Email = "", AuthService = "gitlab", AuthData = $"of-{name}", State = ConversionState.Reverted, Ticket = "INC-40", LedgerId = "", RequestedBy = "cli:root", CreatedAt = DateTimeOffset.UtcNow, EndedAt = DateTimeOffset.UtcNow };
        await state.InTransactionAsync((transaction, token) => store.TryInsertAsync(transaction, conversion, null, token), CancellationToken.None);
        return (id, name);
    }

    private Task MarkAsync() => ExecuteAsync("create table younger (x int)");

    private async Task<bool> IsMarkedAsync() => (bool)(await ExecuteAsync("select exists (select 1 from pg_class where relname = 'younger')"))!;

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(TestKit.Postgres.PostgresUri.ToConnectionString(_bench.Sample.DatabaseUri));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}

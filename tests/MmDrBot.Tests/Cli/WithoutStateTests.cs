using System.Diagnostics;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Cli;

public sealed class WithoutStateTests : IAsyncLifetime
{
    private const string StatePassword = "password-of-the-state-8812";
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _bench.Settings["MMDR_ConnectionStrings__State"] = $"postgres://nobody:{StatePassword}@127.0.0.1:1/nothing";
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Backup_verify_check_and_restore_go_on_say_so_and_leave_their_record_in_the_repository()
    {
        var dump = await PgDump.DumpAsync(_bench.Sample.DatabaseUri);
        var database = await _bench.DatabaseAsync();
        var (files, config) = (_bench.Place("restored/data"), _bench.Place("restored/config"));
        foreach (var arguments in new string[][]
        {
            ["backup"],
            ["verify", "latest", "--level", "data"],
            ["repository", "check"],
            ["restore", "latest", "--database", CliFixture.TargetOf(database), "--files", files, "--config", config],
        })
        {
            var records = AuditObjects();

            var result = await _bench.MustAsync(arguments);

            Assert.Contains("going on without it", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(StatePassword, result.Error + result.Output, StringComparison.Ordinal);
            Assert.Equal(records + 1, AuditObjects());
        }

        await _bench.AssertEqualAsync(database, files, config, dump);
    }

    [Fact]
    public async Task What_takes_a_second_person_needs_broken_glass_and_leaves_that_in_the_repository()
    {
        _bench.Settings.Remove("MMDR_Approvals__Prune");
        var records = AuditObjects();

        var error = await _bench.RefusedAsync(13, "needs_approval", "repository", "prune");
        Assert.Equal(records, AuditObjects());
        await _bench.MustAsync("repository", "prune", "--break-glass", "the state's host burnt down");

        Assert.Contains("--break-glass", (string?)error["hint"], StringComparison.Ordinal);
        Assert.DoesNotContain(StatePassword, error.ToJsonString(), StringComparison.Ordinal);
        // That the glass was broken, and what came of the run.
        Assert.Equal(records + 2, AuditObjects());
    }

    [Fact]
    public async Task A_state_that_somebody_holds_locked_does_not_do_away_with_the_second_person()
    {
        _bench.Settings.Remove("MMDR_Approvals__Prune");
        _bench.Settings["MMDR_ConnectionStrings__State"] = _bench.Place("locked.db");
        await _bench.MustAsync("jobs");
        await using var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_bench.Place("locked.db")};Pooling=False");
        await holder.OpenAsync();
        await using var locking = holder.CreateCommand();
        locking.CommandText = "begin immediate";
        await locking.ExecuteNonQueryAsync();

        await _bench.RefusedAsync(13, "needs_approval", "repository", "prune");
    }

    [Fact]
    public async Task A_recovery_key_opens_the_repository_when_nothing_else_is_left()
    {
        await _bench.MustAsync("backup");
        var added = await _bench.JsonAsync("key", "add", "--recovery");
        await File.WriteAllTextAsync(_bench.Place("recovery"), (string?)added["recoveryKey"]);
        _bench.Settings.Remove("MMDR_Mattermost__Directory");
        _bench.Settings.Remove("MMDR_Repository__Passphrase");
        _bench.Settings["MMDR_Repository__PassphraseFile"] = _bench.Place("recovery");

        await _bench.MustAsync("restore", "latest", "--files", _bench.Place("alone"));

        Assert.Empty(TreeSnapshot.Of(_bench.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(_bench.Place("alone"))));
    }

    [Fact]
    public async Task A_password_is_neither_in_the_arguments_of_any_process_nor_in_what_is_printed()
    {
        await AssertKeptSecretAsync("backup");
        var target = _bench.Place("target");
        await File.WriteAllTextAsync(target, CliFixture.TargetOf(await _bench.DatabaseAsync()));
        await AssertKeptSecretAsync("restore", "latest", "--database", "@" + target);
        foreach (var arguments in new string[][] { ["config", "check"], ["config", "check", "--json"], ["restore-point", "latest", "--json"], ["status"] })
        {
            var result = await _bench.RunAsync(arguments);
            AssertSilent(result.Output + result.Error);
        }
    }

    private async Task AssertKeptSecretAsync(params string[] arguments)
    {
        using var process = _bench.Start(arguments);
        var seen = 0;
        while (!process.HasExited)
        {
            foreach (var line in ArgumentsBelow(process.Id))
            {
                seen++;
                AssertSilent(line);
            }

            await Task.Delay(5);
        }

        Assert.Equal(0, process.ExitCode);
        Assert.True(seen > 0);
    }

    private void AssertSilent(string text)
    {
        Assert.DoesNotContain(_bench.DatabasePassword, text, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFixture.Passphrase, text, StringComparison.Ordinal);
        Assert.DoesNotContain(StatePassword, text, StringComparison.Ordinal);
    }

    private int AuditObjects() => Directory.Exists(Path.Combine(_bench.RepositoryDirectory, "audit"))
        ? Directory.EnumerateFiles(Path.Combine(_bench.RepositoryDirectory, "audit"), "*", SearchOption.AllDirectories).Count()
        : 0;

    /// <summary>The command lines of a process and of its children.</summary>
    private static IEnumerable<string> ArgumentsBelow(int root)
    {
        foreach (var process in Process.GetProcesses())
        {
            var line = process.Id == root || ParentOf(process.Id) == root ? Read($"/proc/{process.Id}/cmdline") : null;
            process.Dispose();
            if (line is not null)
            {
                yield return line;
            }
        }
    }

    private static int ParentOf(int pid) => Read($"/proc/{pid}/stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

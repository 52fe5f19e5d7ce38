using System.Net.Sockets;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Doors;

public sealed class CliTests(CliFixture cli) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task A_backup_restores_into_a_new_database_and_new_directories()
    {
        var backup = await cli.Mmdr.JsonAsync("backup", "--label", "nightly");
        var id = backup["restorePoint"]!.GetValue<string>();
        var point = Assert.Single((await cli.Mmdr.JsonAsync("restore-points")).AsArray(), point => point!["id"]!.GetValue<string>() == id)!;
        Assert.Equal(["database", "config", "files"], point["components"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("complete", point["state"]!.GetValue<string>());
        Assert.NotNull(point["createdAt"]);
        Assert.NotNull(point["bytes"]);

        var name = $"restored_{Guid.NewGuid():N}";
        string[] targets = ["--database", cli.NewDatabase(name), "--create", "--files", cli.Directory.File("r1/data"), "--config", cli.Directory.File("r1/config")];
        var plan = await cli.Mmdr.JsonAsync(["restore", id[..8], .. targets, "--plan"]);
        Assert.Equal(3, plan["steps"]!.AsArray().Count);
        Assert.False(Directory.Exists(cli.Directory.File("r1")));

        await cli.Mmdr.JsonAsync(["restore", id[..8], .. targets]);

        Assert.Equal(await PgDump.DumpAsync(cli.Database.Uri), await PgDump.DumpAsync(PostgresUri.WithDatabase(cli.Server.Uri, name)));
        Assert.Empty(TreeSnapshot.Of(cli.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(cli.Directory.File("r1/data"))));
        Assert.Empty(TreeSnapshot.Of(cli.Sample.ConfigDirectory).DifferencesTo(TreeSnapshot.Of(cli.Directory.File("r1/config"))));
        await cli.Mmdr.JsonAsync("verify", "latest", "--level", "data");
        await cli.Mmdr.JsonAsync("repository", "check", "--read-data");
        await cli.Server.DropDatabaseAsync(name);
    }

    [Theory]
    [InlineData(2, "usage", "bakcup")]
    [InlineData(2, "usage", "verify")]
    [InlineData(2, "invalid", "restore", "latest")]
    [InlineData(1, "not_found", "restore-point", "ffffffff")]
    public async Task Mistakes_have_their_exit_code_and_one_JSON_document(int expected, string error, params string[] arguments)
    {
        var (code, output, _) = await cli.Mmdr.RunAsync([.. arguments, "--json"]);

        Assert.Equal(expected, code);
        Assert.Equal(error, JsonNode.Parse(output)!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_missing_repository_and_a_wrong_key_have_codes_of_their_own()
    {
        Assert.Equal(10, (await cli.With(("MMDR_Repository__Url", $"file://{cli.Directory.File("nowhere")}")).RunAsync("restore-points")).Code);
        await File.WriteAllTextAsync(cli.Directory.File("wrong"), "wrong");
        Assert.Equal(12, (await cli.With(("MMDR_Repository__PassphraseFile", cli.Directory.File("wrong"))).RunAsync("restore-points")).Code);
    }

    [Fact]
    public async Task What_is_there_but_can_not_be_read_makes_a_backup_partly_failed()
    {
        var path = Path.Combine(cli.Sample.DataDirectory, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        var (code, output, _) = await cli.Mmdr.RunAsync("backup", "--json");
        File.Delete(path);

        Assert.Equal(3, code);
        var result = JsonNode.Parse(output)!;
        Assert.Equal("partial", result["state"]!.GetValue<string>());
        Assert.Contains(result["warnings"]!.AsArray(), warning => warning!.GetValue<string>().Contains("socket", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recovery_key_opens_the_repository_when_nothing_else_is_left()
    {
        var added = await cli.Mmdr.JsonAsync("key", "add", "--recovery");
        await File.WriteAllTextAsync(cli.Directory.File("recovery"), added["recoveryKey"]!.GetValue<string>());

        // No Mattermost, no state: only the place and the key.
        var alone = new MmdrProcess(new Dictionary<string, string>
        {
            ["MMDR_Repository__Url"] = cli.Environment["MMDR_Repository__Url"],
            ["MMDR_Repository__PassphraseFile"] = cli.Directory.File("recovery"),
            ["MMDR_ConnectionStrings__State"] = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2",
        });
        await cli.Mmdr.JsonAsync("backup");
        var (code, output, errors) = await alone.RunAsync("restore", "latest", "--files", cli.Directory.File("alone"), "--json");

        Assert.True(code == 0, output + errors);
        Assert.Contains("out of reach", errors, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(cli.Directory.File("repository/audit")));
        Assert.Empty(TreeSnapshot.Of(cli.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(cli.Directory.File("alone"))));
    }

    [Fact]
    public async Task A_second_backup_is_refused_while_one_runs()
    {
        var id = (await cli.Mmdr.JsonAsync("config", "check"))["findings"]!.AsArray().Select(finding => finding!["value"]!.GetValue<string>()).Single(value => value.Contains(", id ", StringComparison.Ordinal)).Split(", id ")[1];
        using var held = MmDrBot.Protection.HostLock.ForBackup(cli.Directory.File("state/locks"), id);

        var (code, output, _) = await cli.Mmdr.RunAsync("backup", "--json");

        Assert.Equal(11, code);
        Assert.Equal("locked", JsonNode.Parse(output)!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Serving_without_its_settings_says_which_are_missing()
    {
        var (code, _, errors) = await cli.Mmdr.RunAsync("serve");

        Assert.Equal(2, code);
        Assert.All(new[] { "MMDR_Mattermost__Url", "MMDR_Mattermost__Token", "MMDR_Mattermost__CommandTokens__0" }, name => Assert.Contains(name, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_settings_are_shown_with_their_origin_and_without_secrets()
    {
        var (code, output, _) = await cli.Mmdr.RunAsync("config", "check");

        Assert.Equal(0, code);
        Assert.Contains("***", output, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFixture.Passphrase, output, StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(cli.Sample.DatabaseUri).UserInfo.Split(':')[1], output, StringComparison.Ordinal);
    }
}

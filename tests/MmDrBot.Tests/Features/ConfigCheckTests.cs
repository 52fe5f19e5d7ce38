using System.Text.Json.Nodes;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Features;

public sealed class ConfigCheckTests(CliFixture bench) : IClassFixture<CliFixture>
{
    private readonly Dictionary<string, string> _settings = new(bench.Settings);

    [Fact]
    public async Task Everything_that_is_set_is_listed_and_every_secret_masked()
    {
        await File.WriteAllTextAsync(bench.Place("token"), "secret-token-of-a-file\n");
        Set("MMDR_Mattermost__Url", "http://localhost:8065");
        Set("MMDR_Mattermost__SiteUrl", "https://chat.example.org");
        Set("MMDR_Mattermost__Token", "secret-of-the-bot");
        Set("MMDR_Mattermost__CommandTokens__0", "secret-token-zero");
        Set("MMDR_Mattermost__CommandTokens__1File", bench.Place("token"));
        Set("MMDR_Mattermost__CommandTokens__31", "secret-token-thirty-one");
        Set("MMDR_Http__PublicUrl", "https://user:secret-in-url@dr.example.org");
        Set("MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY", "secret-of-the-store");

        var output = await CheckAsync("");

        foreach (var line in new[] { "SiteUrl https://chat.example.org", "CommandTokens__0 ***", "CommandTokens__1 ***", "CommandTokens__31 ***", "PublicUrl https://***@dr.example.org", "SiteURL http://127.0.0.1:8065", "MMDR_Jobs__Concurrency 4", "AMAZONS3SECRETACCESSKEY ***", "Http__Listen http://127.0.0.1:8075" })
        {
            Assert.Contains(line, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret-", output, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFixture.Passphrase, output, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.DatabasePassword, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mattermosts_own_variables_win_over_its_configuration()
    {
        Set("MM_FILESETTINGS_DRIVERNAME", "amazons3");
        Set("MM_FILESETTINGS_AMAZONS3BUCKET", "attachments");
        Set("MM_FILESETTINGS_AMAZONS3PATHPREFIX", "chat");
        Set("MM_FILESETTINGS_AMAZONS3ENDPOINT", "minio:9000");
        Set("MM_FILESETTINGS_AMAZONS3SSL", "false");

        Assert.Contains("file store s3://attachments/chat at http://minio:9000 (copy)", await CheckAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_stands_in_for_a_bucket_is_said()
    {
        Set("MM_FILESETTINGS_DRIVERNAME", "amazons3");
        Set("MMDR_Mattermost__DataDirectory", bench.Sample.DataDirectory);

        Assert.Contains("which is amazons3 and is NOT backed up", await CheckAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_in_a_database_shows_no_password()
    {
        Set("MM_CONFIG", "postgres://someone:secret-word@127.0.0.1:1/nothing?sslmode=disable");
        _settings["MMDR_Mattermost__ConfigFile"] = "postgres://someone:secret-word@127.0.0.1:1/nothing?sslmode=disable";

        Assert.DoesNotContain("secret-word", await CheckAsync("FAILED"), StringComparison.Ordinal);
    }

    private void Set(string name, string value) => _settings[name] = value;

    /// <summary>Both forms of the answer, each finding as `what value from`.</summary>
    private async Task<string> CheckAsync(string expected)
    {
        var table = await Tool.TryRunAsync(CliFixture.Program, ["config", "check"], _settings);
        var json = await Tool.TryRunAsync(CliFixture.Program, ["config", "check", "--json"], _settings);
        var findings = (JsonArray)JsonNode.Parse(json.Output)!["findings"]!;
        Assert.True((expected.Length == 0) == (table.ExitCode == 0), table.Output);
        Assert.Contains(expected, table.Output, StringComparison.Ordinal);
        return table.Output + table.Error + string.Join('\n', findings.Select(finding => $"{finding!["what"]} {finding["value"]} {finding["from"]} {finding["fault"]}"));
    }
}

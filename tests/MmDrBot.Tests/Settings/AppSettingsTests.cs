using Microsoft.Extensions.Configuration;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Settings;

public sealed class AppSettingsTests
{
    [Fact]
    public void The_path_of_a_command_tokens_file_is_no_token()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("token"), "thetokenthetokenthetoken12\n");

        var settings = Load(("Mattermost:CommandTokens:0File", directory.File("token")));

        Assert.Equal(["thetokenthetokenthetoken12"], settings.Mattermost.CommandTokens);
        Assert.Empty(settings.Faults);
    }

    [Fact]
    public void Every_fault_has_its_line()
    {
        var settings = Load(
            ("Repository:Url", "ftp://somewhere"), ("Mattermost:Url", "localhost"), ("Mattermost:FileStore", "move"), ("Repository:PassphraseFile", "/no/such/file"), ("Repository:S3:AccessKey", "only"), ("Http:Listen", "x"));

        Assert.Equal(6, settings.Faults.Count);
        Assert.All(settings.Faults, fault => Assert.StartsWith("MMDR_", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Approvals:ConvertMany", "abc")]
    [InlineData("Approvals:ConvertMany", "-1")]
    [InlineData("Approvals:Lifetime", "00:00:00")]
    [InlineData("Approvals:Prune", "perhaps")]
    [InlineData("Announcements:Events:job_fialed:0", "none")]
    [InlineData("Sso:Concurrency", "0")]
    [InlineData("Sso:LinkLifetime", "-00:01:00")]
    [InlineData("Sso:ProbeEvery", "soon")]
    public void What_cannot_be_in_a_section_of_a_feature_is_a_fault_too(string name, string wrong) =>
        Assert.StartsWith($"MMDR_{name.Split(':')[0]}", Assert.Single(Load((name, wrong)).Faults), StringComparison.Ordinal);

    [Theory]
    [InlineData("Concurrency", "0")]
    [InlineData("Concurrency", "many")]
    [InlineData("Lease", "00:00:05")]
    [InlineData("Lease", "2.00:00:00")]
    [InlineData("PollEvery", "00:00:00")]
    public void How_jobs_run_is_set_within_bounds(string name, string wrong)
    {
        Assert.StartsWith("MMDR_Jobs", Assert.Single(Load(($"Jobs:{name}", wrong)).Faults), StringComparison.Ordinal);

        var settings = Load(("Jobs:Concurrency", "7"), ("Jobs:Lease", "00:05:00"), ("Jobs:PollEvery", "00:00:00.5"));
        Assert.Empty(settings.Faults);
        Assert.Equal(new JobOptions { Concurrency = 7, Lease = TimeSpan.FromMinutes(5), PollEvery = TimeSpan.FromMilliseconds(500) }, settings.Jobs);
    }

    [Fact]
    public void A_secret_given_twice_is_a_fault()
    {
        var settings = Load(("Repository:Passphrase", "one"), ("Repository:PassphraseFile", "/etc/hostname"));

        Assert.Contains("MMDR_Repository__Passphrase", Assert.Single(settings.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/srv/mmdr/state.db", "/srv/mmdr/locks")]
    [InlineData("Data Source=/srv/mmdr/state.db", "/srv/mmdr/locks")]
    [InlineData("sqlite:/srv/mmdr/state.db", "/srv/mmdr/locks")]
    public void Locks_lie_beside_the_state(string state, string locks) =>
        Assert.Equal(locks, Load(("ConnectionStrings:State", state)).LockDirectory);

    private static AppSettings Load(params (string Name, string Value)[] values)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(values.ToDictionary(item => item.Name, item => (string?)item.Value));
        return AppSettings.Load(configuration);
    }
}

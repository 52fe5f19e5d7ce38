using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Features;

public sealed class ConfigCheckTests(CliFixture bench) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task The_settings_are_shown_without_secrets()
    {
        var output = (await bench.MustAsync("config", "check")).Output;

        Assert.Contains("***", output, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFixture.Passphrase, output, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.DatabasePassword, output, StringComparison.Ordinal);
    }
}

using Microsoft.Extensions.Configuration;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("26h", 26 * 3600)]
    [InlineData("8d", 8 * 86_400)]
    [InlineData("1d12h", 36 * 3600)]
    [InlineData("90m", 5400)]
    [InlineData("30s", 30)]
    [InlineData("24:00:00", 86_400)]
    [InlineData("1.02:00:00", 26 * 3600)]
    [InlineData("00:15", 900)]
    [InlineData("0", 0)]
    public void It_is_written_as_people_do(string text, int seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("soon")]
    [InlineData("26")]
    [InlineData("1h 2")]
    public void Anything_else_is_none(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void A_wrong_one_is_a_fault_of_the_settings_with_its_name()
    {
        var configuration = new ConfigurationManager();
        configuration["Alarms:Rpo:Database"] = "soon";

        Assert.Contains(AppSettings.Load(configuration).Faults, fault => fault.Contains("Alarms:Rpo:Database", StringComparison.Ordinal));
    }
}

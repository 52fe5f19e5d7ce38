using Microsoft.Extensions.Configuration;
using MmDrBot.Commands;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Commands;

public sealed class PersonLimiterTests
{
    [Fact]
    public void A_flood_of_one_person_is_stopped_and_hinders_nobody_else()
    {
        using var limiter = new PersonLimiter(Settings(null));

        var admitted = Enumerable.Range(0, 500).Count(_ => limiter.Admits("alice"));

        Assert.InRange(admitted, 30, 60);
        Assert.True(limiter.Admits("bob"));
    }

    [Fact]
    public void Zero_means_without_limit()
    {
        using var limiter = new PersonLimiter(Settings("0"));

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(limiter.Admits("alice")));
    }

    private static AppSettings Settings(string? perMinute)
    {
        var configuration = new ConfigurationManager();
        if (perMinute is not null)
        {
            configuration["Chat:CommandsPerMinute"] = perMinute;
        }

        return AppSettings.Load(configuration);
    }
}

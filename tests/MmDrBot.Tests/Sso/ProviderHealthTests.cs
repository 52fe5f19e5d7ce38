using CsCheck;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

public sealed class ProviderHealthTests
{
    private static readonly SsoOptions _options = new() { FailuresUntilDown = 3, SuccessesUntilUp = 2 };

    [Fact]
    public void Several_failures_in_a_row_turn_it_down_and_several_successes_up_again()
    {
        var health = new ProviderHealth(_options);
        var turns = new[] { "x", null, "x", "x", "x", "x", null, "x", null, null, null }.Select((failure, minute) => health.Add("saml", failure, DateTimeOffset.UnixEpoch.AddMinutes(minute))).ToArray();

        Assert.Equal([false, true], turns.Where(turn => turn is not null).Select(turn => turn!.IsUp!.Value));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(2), turns[4]!.Since);
        Assert.NotNull(turns[9]);
        Assert.True(health.IsUp("saml", DateTimeOffset.UnixEpoch.AddMinutes(11)));
        Assert.False(health.IsUp("saml", DateTimeOffset.UnixEpoch.AddMinutes(20)));
        Assert.False(health.IsUp("ldap", DateTimeOffset.UnixEpoch.AddMinutes(11)));
    }

    [Fact]
    public void It_turns_only_after_a_whole_row() => Gen.Bool.List[0, 60].Sample(probes =>
    {
        var health = new ProviderHealth(_options);
        for (var i = 0; i < probes.Count; i++)
        {
            var turned = health.Add("saml", probes[i] ? null : "x", DateTimeOffset.UnixEpoch.AddMinutes(i));
            var row = probes.Take(i + 1).Reverse().TakeWhile(well => well == probes[i]).Count();
            if (turned is not null)
            {
                Assert.Equal(probes[i], turned.IsUp);
                Assert.Equal(probes[i] ? 2 : 3, row);
            }

            if (row >= 3)
            {
                Assert.Equal(probes[i], health.IsUp("saml", DateTimeOffset.UnixEpoch.AddMinutes(i)));
            }
        }
    });
}

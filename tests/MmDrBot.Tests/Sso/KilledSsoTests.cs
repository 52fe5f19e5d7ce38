using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>
/// The program is killed while each of its calls of Mattermost in turn is on the way, once before and once after the server has carried it
/// out; the next command finds out what is true, and ends it cleanly one way or the other.
/// </summary>
public sealed class KilledSsoTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_conversion_killed_at_any_call_ends_converted_or_untouched(string moment)
    {
        for (var call = 1; ; call++)
        {
            var person = await sso.PersonAsync();
            var finished = await KillAsync(moment, call, "sso", "convert", person.Username, "--ticket", "INC-6");
            await sso.AssertNobodyIsLostAsync(person);

            await MustAsync("sso", "reconcile", "--repair");

            var newest = await sso.NewestAsync(person.Id);
            var isBound = (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthService == person.AuthService;
            Assert.True(isBound ? newest is null or { State: ConversionState.RolledBack } : newest is { State: ConversionState.Converted });
            await sso.AssertNobodyIsLostAsync(person);
            if (finished)
            {
                Assert.True(call > 3, $"It ended after {call - 1} calls.");
                return;
            }
        }
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_way_back_killed_at_any_call_is_finished_by_the_next_command(string moment)
    {
        for (var call = 1; ; call++)
        {
            var person = await sso.PersonAsync();
            await sso.ConvertAsync(person.Username);
            var finished = await KillAsync(moment, call, "sso", "revert", person.Username);
            await sso.AssertNobodyIsLostAsync(person);

            await MustAsync("sso", "reconcile", "--repair");

            Assert.Equal(ConversionState.Reverted, (await sso.NewestAsync(person.Id))!.State);
            await sso.AssertBoundAsync(person);
            if (finished)
            {
                Assert.True(call > 3, $"It ended after {call - 1} calls.");
                return;
            }
        }
    }

    /// <returns>Whether the program came to its end, since it makes fewer calls.</returns>
    private async Task<bool> KillAsync(string moment, int call, params string[] arguments)
    {
        var before = sso.Mattermost.InjectedFailures;
        sso.Mattermost.Fail("*", moment == "before" ? StandInFailure.Hang : StandInFailure.HangAnswer, call);
        using var process = CliFixture.Start(sso.ChildSettings, arguments);
        var ended = process.WaitForExitAsync();
        while (sso.Mattermost.InjectedFailures == before && !ended.IsCompleted)
        {
            await Task.Yield();
        }

        process.Kill(entireProcessTree: true);
        await ended;
        sso.Mattermost.StopFailing();
        return sso.Mattermost.InjectedFailures == before;
    }

    private async Task MustAsync(params string[] arguments)
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, arguments, sso.ChildSettings);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
    }
}

using System.Text.Json;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>What will stop a caller from signing in is told to whoever converts them, in words and as data.</summary>
public sealed class ObstacleTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Fact]
    public async Task Who_can_sign_in_at_once_is_told_nothing_of_obstacles()
    {
        var person = await sso.PersonAsync();

        var result = await sso.ConvertAsync(person.Username, "temporary-password");

        Assert.Empty(result.Obstacles);
        Assert.DoesNotContain("Before they can sign in", result.Message, StringComparison.Ordinal);
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, result.TemporaryPassword!));
    }

    [Theory]
    [InlineData("emailverified = false", "EmailSettings", "RequireEmailVerification", true, "email_not_verified", "verify")]
    [InlineData("mfaactive = false", "ServiceSettings", "EnforceMultifactorAuthentication", true, "second_factor_missing", "authenticator app")]
    [InlineData("roles = 'system_guest'", "GuestAccountsSettings", "Enable", false, "guest", "guest accounts are turned off")]
    [InlineData("roles = 'system_guest'", "GuestAccountsSettings", "Enable", true, "guest", "without a licence")]
    [InlineData("deleteat = 5", "EmailSettings", "RequireEmailVerification", false, "deactivated", "activate it")]
    public async Task What_will_stop_the_caller_is_told_in_chat_and_in_json(string change, string section, string name, bool value, string kind, string words)
    {
        var (person, other) = (await sso.PersonAsync(), await sso.PersonAsync());
        foreach (var one in new[] { person, other })
        {
            await sso.Database.ExecuteAsync($"update users set {change} where id = '{one.Id}'");
        }

        sso.Mattermost.SetSetting("ServiceSettings", "EnableMultifactorAuthentication", true);
        sso.Mattermost.SetSetting(section, name, value);
        try
        {
            var result = await ConvertAsync(person);
            var obstacle = Assert.Single(result.Obstacles);
            Assert.Contains(words, obstacle.Message, StringComparison.Ordinal);
            Assert.Equal(kind, JsonSerializer.SerializeToElement(result, JsonSerializerOptions.Web).GetProperty("obstacles")[0].GetProperty("kind").GetString());
            Assert.Equal(kind is "second_factor_missing", await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, result.TemporaryPassword!));

            Assert.Contains(words, await TypeAsync($"/dr sso convert @{other.Username} --ticket INC-41 --include-deactivated"), StringComparison.Ordinal);
            Assert.Contains(words, await TypeAsync($"/dr sso deliver @{other.Username}"), StringComparison.Ordinal);
            Assert.Contains(words, await TypeAsync($"/dr sso convert @{other.Username} --ticket INC-41"), StringComparison.Ordinal);
        }
        finally
        {
            sso.Mattermost.SetSetting("EmailSettings", "RequireEmailVerification", false);
            sso.Mattermost.SetSetting("ServiceSettings", "EnforceMultifactorAuthentication", false);
        }
    }

    [Fact]
    public async Task A_second_factor_that_is_set_up_is_announced_and_no_obstacle()
    {
        var person = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set mfaactive = true where id = '{person.Id}'");

        var result = await ConvertAsync(person);

        Assert.True(result.AsksForMfa);
        Assert.Empty(result.Obstacles);
        Assert.Contains("second factor", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "signs in with e-mail and a password")]
    [InlineData(false, true, "signs in with username and a password")]
    [InlineData(false, false, "takes no passwords at all")]
    public async Task What_the_caller_types_as_their_name_follows_the_settings(bool byEmail, bool byName, string words)
    {
        var person = await sso.PersonAsync();
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", byEmail);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", byName);
        try
        {
            var result = await ConvertAsync(person);
            Assert.Contains(words, result.Message, StringComparison.Ordinal);
            Assert.Equal(byEmail, await SsoSignIn.WorksAsync(sso.Mattermost, person.Email, result.TemporaryPassword!));
        }
        finally
        {
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", true);
        }
    }

    [Fact]
    public async Task Where_the_settings_are_not_shown_an_unverified_address_is_told_with_a_doubt()
    {
        var person = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set emailverified = false where id = '{person.Id}'");
        // Once to find out whether a second person is needed, once for the work.
        sso.Mattermost.FailNext("GET /api/v4/config", 403, "api.context.permissions.app_error");
        sso.Mattermost.FailNext("GET /api/v4/config", 403, "api.context.permissions.app_error");

        var result = await ConvertAsync(person);

        Assert.Equal(ConversionOutcome.Converted, result.Outcome);
        Assert.Contains("where Mattermost demands it", Assert.Single(result.Obstacles).Message, StringComparison.Ordinal);
    }

    private async Task<ConversionResult> ConvertAsync(StandInAccount person) => Assert.Single(await sso.Get<ConvertAccounts>().HandleAsync(
        new ConvertAccountsRequest { Users = [person.Username], Ticket = "INC-40", Deliver = "temporary-password", IncludeDeactivated = true }, sso.Helpdesk, null, CancellationToken.None));

    private async Task<string> TypeAsync(string line) => (await sso.Mattermost.ExecuteCommandAsync(sso.Admin, sso.Room, line, CancellationToken.None)).Text;
}

using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInSettingsTests(ContractDatabase database) : IClassFixture<ContractDatabase>, IAsyncLifetime
{
    private AccountScene _scene = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => _scene = await AccountScene.StartAsync(database);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task What_the_environment_sets_no_patch_changes()
    {
        _scene.Server.OverrideSetting("EmailSettings", "EnableSignInWithEmail", false);

        var after = await _scene.Api.PatchConfigAsync(new() { ["EmailSettings"] = new JsonObject { ["EnableSignInWithEmail"] = true, ["SMTPPort"] = "26" } }, None);

        Assert.False((bool?)after["EmailSettings"]!["EnableSignInWithEmail"]);
        Assert.Equal("26", (string?)after["EmailSettings"]!["SMTPPort"]);
        Assert.True((bool?)(await _scene.Api.GetEnvironmentConfigAsync(None))["EmailSettings"]!["EnableSignInWithEmail"]);
    }

    [Fact]
    public async Task Settings_of_a_cluster_may_be_read_only()
    {
        _scene.Server.SetSetting("ClusterSettings", "Enable", true);

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _scene.Api.PatchConfigAsync([], None));

        Assert.Equal((HttpStatusCode.Forbidden, "ent.cluster.save_config.error"), (failure.StatusCode, failure.ErrorId));
    }

    [Fact]
    public async Task The_policys_id_names_the_configured_classes()
    {
        var person = await _scene.PersonAsync();
        await _scene.Api.PatchConfigAsync(new() { ["PasswordSettings"] = new JsonObject { ["Symbol"] = false, ["Number"] = false, ["MinimumLength"] = 6 } }, None);

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _scene.Api.SetPasswordAsync(person.Id, new("aaaaaa"), None));
        await _scene.Api.SetPasswordAsync(person.Id, new("aaaaaA"), None);

        Assert.Equal("model.user.is_valid.pwd_lowercase_uppercase.app_error", failure.ErrorId);
    }

    [Fact]
    public async Task Masks_that_are_sent_back_leave_the_secrets_as_they_are()
    {
        var shown = await _scene.Api.GetConfigAsync(None);

        var after = await _scene.Api.PatchConfigAsync(shown, None);

        Assert.Equal(shown.ToJsonString(), after.ToJsonString());
        Assert.DoesNotContain("sekrit", after.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_developer_mode_any_password_will_do()
    {
        var person = await _scene.PersonAsync();
        _scene.Server.SetSetting("ServiceSettings", "EnableDeveloper", true);

        await _scene.Api.SetPasswordAsync(person.Id, new("a"), None);

        Assert.Null((await _scene.Server.FindAccountAsync(person.Id))!.AuthData);
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 401)]
    public async Task A_new_password_ends_sessions_only_where_that_is_set(bool ends, int status)
    {
        var person = await _scene.ConvertedAsync();
        _scene.Server.SetSetting("ServiceSettings", "TerminateSessionsOnPasswordChange", ends);
        using var login = await _scene.SendAsync("POST", "users/login", token: null, new JsonObject { ["login_id"] = person.Username, ["password"] = AccountScene.Password });

        await _scene.Api.SetPasswordAsync(person.Id, new(AccountScene.Password), None);

        using var me = await _scene.SendAsync("GET", "users/me", login.Headers.GetValues("Token").Single());
        Assert.Equal(status, (int)me.StatusCode);
    }
}

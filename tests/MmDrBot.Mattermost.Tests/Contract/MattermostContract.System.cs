using System.Net;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task A_server_says_that_it_is_up()
    {
        var plain = await _bot.Api.PingAsync(None);
        var full = await _bot.Api.GetServerStatusAsync(None);

        Assert.Equal("OK", plain.Status);
        Assert.Null(plain.DatabaseStatus);
        Assert.Equal("OK", full.DatabaseStatus);
        Assert.Equal("OK", full.FilestoreStatus);
    }

    [ContractFact]
    public async Task The_client_configuration_names_the_version_that_the_header_names()
    {
        var config = await _bot.Api.GetClientConfigAsync(None);

        Assert.Equal(MattermostVersion.Parse(config["Version"] + ".0"), _bot.Server.Version);
        Assert.Contains("EnableSignInWithEmail", config.Keys);
    }

    [ContractFact]
    public Task A_plain_bot_may_not_list_commands() =>
        FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.GetCustomCommandsAsync(_scene.TeamId, None));

    [ContractFact]
    public async Task An_administrator_may_list_commands() => Assert.Empty(await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None));
}

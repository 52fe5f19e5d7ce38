using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Mask = "********************************";

    [ContractFact]
    public async Task Settings_are_shown_to_administrators_with_their_secrets_masked()
    {
        var config = await _admin.Api.GetConfigAsync(None);

        Assert.Equal(Mask, (string?)config["SqlSettings"]!["DataSource"]);
        Assert.Equal(Mask, (string?)config["SqlSettings"]!["AtRestEncryptKey"]);
        Assert.NotNull(config["EmailSettings"]!["EnableSignInWithEmail"]);
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.GetConfigAsync(None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.PatchConfigAsync([], None));
    }

    [ContractFact]
    public async Task A_patch_changes_what_it_names_and_answers_with_everything()
    {
        var before = await _admin.Api.GetConfigAsync(None);
        var name = (string?)before["TeamSettings"]!["SiteName"];

        var after = await _admin.Api.PatchConfigAsync(SiteName("Contract"), None);
        await _admin.Api.PatchConfigAsync(SiteName(name!), None);

        Assert.Equal("Contract", (string?)after["TeamSettings"]!["SiteName"]);
        Assert.Equal((string?)before["ServiceSettings"]!["SiteURL"], (string?)after["ServiceSettings"]!["SiteURL"]);
    }

    [ContractFact]
    public async Task An_invalid_setting_changes_nothing()
    {
        var before = (string?)(await _admin.Api.GetConfigAsync(None))["ServiceSettings"]!["SiteURL"];

        await FailsAsync(HttpStatusCode.BadRequest, "model.config.is_valid.site_url.app_error",
            () => _admin.Api.PatchConfigAsync(new() { ["ServiceSettings"] = new JsonObject { ["SiteURL"] = "nonsense" } }, None));

        Assert.Equal(before, (string?)(await _admin.Api.GetConfigAsync(None))["ServiceSettings"]!["SiteURL"]);
    }

    [ContractFact]
    public async Task The_environment_says_what_it_overrides() => Assert.NotNull(await _admin.Api.GetEnvironmentConfigAsync(None));

    private static JsonObject SiteName(string name) => new() { ["TeamSettings"] = new JsonObject { ["SiteName"] = name } };
}

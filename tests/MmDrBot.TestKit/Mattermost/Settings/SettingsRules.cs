using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A few of the server's rules about its settings.</summary>
internal static class SettingsRules
{
    /// <exception cref="StandInError">400: a setting is not valid.</exception>
    public static void Check(JsonObject settings)
    {
        var site = (string?)settings["ServiceSettings"]?["SiteURL"] ?? "";

        if (site.Length > 0 && !(Uri.TryCreate(site, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            throw new StandInError(400, "model.config.is_valid.site_url.app_error", "Site URL must be a valid URL and start with http:// or https://.");

        if ((int?)settings["PasswordSettings"]?["MinimumLength"] is < 5 or > 64)
            throw new StandInError(400, "model.config.is_valid.password_length.app_error", "Minimum password length must be a whole number greater than or equal to 5 and less than or equal to 64.");
    }
}

using System.Text.Json.Nodes;

namespace MmDrBot.Sso;

/// <summary>What Mattermost's settings demand of people who sign in with a password.</summary>
/// <param name="ByEmail">Whether the e-mail address is taken as a name.</param>
/// <param name="ByUsername">Whether the username is.</param>
/// <param name="DemandsVerification">Whether the e-mail address has to be verified.</param>
/// <param name="EnforcesMfa">Whether a second factor is demanded; people of SAML and OAuth services are exempt, those with a password are not.</param>
/// <param name="AdmitsGuests">Whether guest accounts are turned on.</param>
/// <param name="MinimumPasswordLength">In bytes; 0 where it is not set.</param>
internal sealed record SignInRules(bool ByEmail, bool ByUsername, bool DemandsVerification, bool EnforcesMfa, bool AdmitsGuests, int MinimumPasswordLength)
{
    /// <summary>What people type as their name.</summary>
    internal string Names => (ByEmail, ByUsername) switch
    {
        (true, false) => "e-mail",
        (false, true) => "username",
        _ => "e-mail or username",
    };

    internal static SignInRules Of(JsonObject config) => new(
        Flag(config, "EmailSettings", "EnableSignInWithEmail"),
        Flag(config, "EmailSettings", "EnableSignInWithUsername"),
        Flag(config, "EmailSettings", "RequireEmailVerification"),
        Flag(config, "ServiceSettings", "EnableMultifactorAuthentication") && Flag(config, "ServiceSettings", "EnforceMultifactorAuthentication"),
        Flag(config, "GuestAccountsSettings", "Enable"),
        config["PasswordSettings"]?["MinimumLength"] is JsonValue value && value.TryGetValue<int>(out var length) ? length : 0);

    private static bool Flag(JsonObject config, string section, string name) => config[section]?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}

using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Signing in with a password, and why it is refused. Most reasons are hidden behind one.</summary>
internal sealed class StandInLogin(StandInAccounts accounts)
{
    private static readonly string[] _providers = ["SamlSettings", "GitLabSettings", "GoogleSettings", "Office365Settings", "OpenIdSettings"];

    private JsonNode Email => accounts.Settings["EmailSettings"];

    private bool ByEmail => (bool?)Email["EnableSignInWithEmail"] == true;

    private bool ByName => (bool?)Email["EnableSignInWithUsername"] == true;

    /// <summary>The account as it was when the password was looked at.</summary>
    public async Task<StandInAccount> SignInAsync(IReadOnlyDictionary<string, string> body)
    {
        var password = body.GetValueOrDefault("password", "");

        if (password.Length == 0)
            throw new StandInError(400, "api.user.login.blank_pwd.app_error", "Password field must not be blank");

        var account = await FindAsync(body.GetValueOrDefault("id", ""), body.GetValueOrDefault("login_id", ""));

        if (account is null || account.AuthService.Length > 0 || account.IsGuest)
            throw Hidden();

        CheckMayTry(account);
        await CheckSecretsAsync(account, password, body.GetValueOrDefault("token", ""));
        await accounts.Table.SetFailedAttemptsAsync(account.Id, 0);
        accounts.Cache.Forget(account.Id);

        return account.EmailVerified || (bool?)Email["RequireEmailVerification"] != true
            ? account
            : throw Refused("api.user.login.not_verified.app_error", "Login failed because email address has not been verified.");
    }

    // By id the server asks its cache, by name or address its database.
    private async Task<StandInAccount?> FindAsync(string id, string login) =>
        id.Length > 0 ? await accounts.Cache.GetAsync(id)
        : ByName || ByEmail ? await accounts.Table.ByLoginAsync(login, ByName, ByEmail)
        : null;

    private void CheckMayTry(StandInAccount account)
    {
        if (account.DeleteAt > 0)
            throw Refused("api.user.login.inactive.app_error", "Login failed because your account has been deactivated.  Please contact an administrator.");

        if (account.IsBot)
            throw Refused("api.user.login.bot_login_forbidden.app_error", "Bot login is forbidden.");

        if (account.FailedAttempts >= ((int?)accounts.Settings["ServiceSettings"]["MaximumLoginAttempts"] ?? 10))
            throw Refused("api.user.check_user_login_attempts.too_many.app_error",
                "Your account is locked because of too many failed password attempts. Please reset your password.");
    }

    private async Task CheckSecretsAsync(StandInAccount account, string password, string code)
    {
        if (!StandInPassword.Fits(account.Password, password))
        {
            await CountFailureAsync(account);
            throw Hidden();
        }

        if (!account.MfaActive)
            return;

        if (code.Length == 0)
            throw Refused("mfa.validate_token.authenticate.app_error", "Invalid MFA token.");

        if (OneTimeCode.Fits(account.MfaSecret, code, accounts.Now))
            return;

        await CountFailureAsync(account);
        throw Refused("api.user.check_user_mfa.bad_code.app_error", "Invalid MFA token.");
    }

    private async Task CountFailureAsync(StandInAccount account)
    {
        await accounts.Table.SetFailedAttemptsAsync(account.Id, account.FailedAttempts + 1);
        accounts.Cache.Forget(account.Id);
    }

    private StandInError Hidden()
    {
        if (_providers.Any(name => (bool?)accounts.Settings[name]["Enable"] == true))
            return Refused("api.user.login.invalid_credentials_sso", "Enter a valid email or username and/or password, or sign in using another method.");

        return (ByEmail, ByName) switch
        {
            (true, false) => Refused("api.user.login.invalid_credentials_email", "Enter a valid email and/or password."),
            (false, true) => Refused("api.user.login.invalid_credentials_username", "Enter a valid username and/or password."),
            _ => Refused("api.user.login.invalid_credentials_email_username", "Enter a valid email or username and/or password."),
        };
    }

    private static StandInError Refused(string id, string message) => new(401, id, message);
}

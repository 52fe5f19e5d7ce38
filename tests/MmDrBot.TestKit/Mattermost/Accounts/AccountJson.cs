using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Accounts as version 5.37 writes them; newer releases show auth_data to administrators.</summary>
internal static class AccountJson
{
    /// <summary>As reading calls show an account: others' settings and sign-in service are for administrators, one's own are shown.</summary>
    public static JsonObject Shown(StandInAccount account, StandInUser viewer, StandInRelease release)
    {
        if (viewer.Id == account.Id)
            return Whole(account);

        var json = Begin(account);
        json["auth_service"] = viewer.IsAdmin ? account.AuthService : "";
        json["auth_data"] = viewer.IsAdmin && release.ShowsAuthData ? account.AuthData ?? "" : "";

        return End(json, account);
    }

    /// <summary>As logins and writing calls answer it.</summary>
    public static JsonObject Whole(StandInAccount account)
    {
        var json = Begin(account);
        json["auth_service"] = account.AuthService;
        json["notify_props"] = new JsonObject { ["channel"] = "true", ["email"] = "true", ["push"] = "mention" };
        json["last_password_update"] = account.LastPasswordUpdate;

        if (account.EmailVerified)
            json["email_verified"] = true;

        if (account.FailedAttempts > 0)
            json["failed_attempts"] = account.FailedAttempts;

        return End(json, account);
    }

    private static JsonObject Begin(StandInAccount account) => new()
    {
        ["id"] = account.Id,
        ["create_at"] = account.CreateAt,
        ["update_at"] = account.UpdateAt,
        ["delete_at"] = account.DeleteAt,
        ["username"] = account.Username,
        ["auth_data"] = "",
        ["auth_service"] = "",
        ["email"] = account.Email,
        ["nickname"] = "",
        ["first_name"] = "",
        ["last_name"] = "",
        ["position"] = "",
        ["roles"] = account.Roles,
        ["locale"] = "en",
        ["timezone"] = new JsonObject { ["automaticTimezone"] = "", ["manualTimezone"] = "", ["useAutomaticTimezone"] = "true" },
    };

    private static JsonObject End(JsonObject json, StandInAccount account)
    {
        if (account.MfaActive)
            json["mfa_active"] = true;

        if (account.RemoteId.Length > 0)
            json["remote_id"] = account.RemoteId;

        if (account.IsBot)
        {
            json["is_bot"] = true;
            json["bot_description"] = "disaster recovery";
        }

        json["disable_welcome_email"] = false;

        return json;
    }
}

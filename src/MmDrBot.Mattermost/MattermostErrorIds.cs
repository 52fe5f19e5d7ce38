namespace MmDrBot.Mattermost;

/// <summary>The values of <see cref="MattermostApiException.ErrorId"/> that callers branch on; observed on 5.37.</summary>
public static class MattermostErrorIds
{
    /// <summary>401: no token, or one that is unknown, revoked or expired.</summary>
    public const string SessionExpired = "api.context.session_expired.app_error";

    /// <summary>403: the account may not do this.</summary>
    public const string Permissions = "api.context.permissions.app_error";

    /// <summary>404: no account has this id or e-mail address.</summary>
    public const string UserMissing = "app.user.missing_account.const";

    /// <summary>404: no account has this name.</summary>
    public const string UsernameMissing = "app.user.get_by_username.app_error";

    /// <summary>404: there is no such access token, or it was revoked.</summary>
    public const string TokenMissing = "app.user_access_token.get_by_user.app_error";

    /// <summary>404: no such post, or a deleted one.</summary>
    public const string PostMissing = "app.post.get.app_error";

    /// <summary>404: the account is not a member of the channel.</summary>
    public const string ChannelMemberMissing = "app.channel.get_member.missing.app_error";

    /// <summary>404: the response URL is unknown or older than <see cref="MattermostLimits.ResponseUrlLifetime"/>.</summary>
    public const string ResponseUrlMissing = "app.command_webhook.get.missing";

    /// <summary>400: the response URL was used <see cref="MattermostLimits.ResponseUrlUses"/> times.</summary>
    public const string ResponseUrlUsedUp = "app.command_webhook.try_use.invalid";

    /// <summary>400: the trigger of a command or click is too old to open a dialog.</summary>
    public const string TriggerExpired = "interactive_message.decode_trigger_id.expired";

    /// <summary>404: the button is not, or no longer, part of the post.</summary>
    public const string ActionMissing = "api.post.do_action.action_id.app_error";

    /// <summary>400: the integration of a button or dialog did not answer 200 with JSON.</summary>
    public const string ActionFailed = "api.post.do_action.action_integration.app_error";

    /// <summary>400: another account has this auth_data; the server's text speaks of an e-mail address.</summary>
    public const string AuthDataTaken = "app.user.update_auth_data.email_exists.app_error";

    /// <summary>400: auth_service or auth_data is missing or empty.</summary>
    public const string InvalidAuth = "api.user.update_user_auth.invalid_request";

    /// <summary>500: auth_service or auth_data is longer than its column (32 and 128 characters), or the database failed; nothing was written.</summary>
    public const string AuthNotWritten = "app.user.update_auth_data.app_error";

    /// <summary>Begins the ids of a password that the policy refuses (400); the rest names the classes that it demands.</summary>
    public const string PasswordPolicyPrefix = "model.user.is_valid.pwd";

    /// <summary>400: a field is missing in the body, or the body is no JSON; also one's own password without the present one, and the patch of an unknown account.</summary>
    public const string InvalidBody = "api.context.invalid_body_param.app_error";

    /// <summary>403: the account that should get a password is unknown, or the caller may not set it.</summary>
    public const string PasswordForbidden = "api.user.update_password.context.app_error";

    /// <summary>400: the account belongs to a sign-in service, so no reset mail goes out.</summary>
    public const string ResetOfSso = "api.user.send_password_reset.sso.app_error";

    /// <summary>500: the reset mail could not be sent; its link was made all the same.</summary>
    public const string ResetNotSent = "api.user.send_password_reset.send.app_error";

    /// <summary>400: the team, or the server itself, has a command with this trigger.</summary>
    public const string DuplicateTrigger = "api.command.duplicate_trigger.app_error";

    /// <summary>404: the command is unknown, not the caller's to manage, or commands are off altogether.</summary>
    public const string CommandMissing = "store.sql_command.save.get.app_error";

    /// <summary>501: ServiceSettings.EnableCommands is off.</summary>
    public const string CommandsDisabled = "api.command.disabled.app_error";

    /// <summary>404: no team has this name.</summary>
    public const string TeamNameMissing = "app.team.get_by_name.missing.app_error";

    /// <summary>404: the account was never in the team.</summary>
    public const string TeamMemberMissing = "app.team.get_member.missing.app_error";

    /// <summary>404: no bot account that the caller may see has this id.</summary>
    public const string BotMissing = "store.sql_bot.get.missing.app_error";

    /// <summary>403: ServiceSettings.EnableBotAccountCreation is off.</summary>
    public const string BotsDisabled = "api.bot.create_disabled";

    /// <summary>400: an account, a person's or a bot's, has this name.</summary>
    public const string UsernameTaken = "app.user.save.username_exists.app_error";

    /// <summary>400: an account has this e-mail address. A bot's is made of its name, and a database that was restored finds the address first.</summary>
    public const string EmailTaken = "app.user.save.email_exists.app_error";

    /// <summary>501: ServiceSettings.EnableUserAccessTokens is off, and the account is a person's.</summary>
    public const string TokensDisabled = "app.user_access_token.disabled";
}

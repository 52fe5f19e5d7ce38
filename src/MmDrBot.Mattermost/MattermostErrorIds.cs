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

    /// <summary>404: no such post, or a deleted one.</summary>
    public const string PostMissing = "app.post.get.app_error";

    /// <summary>404: the account is not a member of the channel.</summary>
    public const string ChannelMemberMissing = "app.channel.get_member.missing.app_error";

    /// <summary>404: the response URL is unknown or older than <see cref="MattermostLimits.ResponseUrlLifetime"/>.</summary>
    public const string ResponseUrlMissing = "app.command_webhook.get.missing";

    /// <summary>400: the response URL was used <see cref="MattermostLimits.ResponseUrlUses"/> times.</summary>
    public const string ResponseUrlUsedUp = "app.command_webhook.try_use.invalid";
}

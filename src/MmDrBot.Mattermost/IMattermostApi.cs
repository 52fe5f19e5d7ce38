using System.Text.Json.Nodes;
using Refit;

namespace MmDrBot.Mattermost;

/// <summary>
/// The calls of Mattermost's REST API v4 that this product makes, from 5.37 to the newest release.
/// Every failure is a <see cref="MattermostApiException"/>, except a cancellation that the caller asked for.
/// GETs are repeated on 429, 5xx and broken connections; writes are sent once.
/// </summary>
public interface IMattermostApi
{
    /// <summary>The account that the token belongs to. 401 without a valid token.</summary>
    [Get("/api/v4/users/me")]
    Task<MattermostUser> GetMeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// One account, deactivated ones included. May be stale for up to 30 minutes after a write that went past
    /// the server's cache; <see cref="GetUserByUsernameAsync"/> reads the database. Unknown: 404 <c>app.user.missing_account.const</c>.
    /// </summary>
    [Get("/api/v4/users/{userId}")]
    Task<MattermostUser> GetUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>One account by its lower-case name. Unknown: 404 <c>app.user.get_by_username.app_error</c>; upper case: 400.</summary>
    [Get("/api/v4/users/username/{username}")]
    Task<MattermostUser> GetUserByUsernameAsync(string username, CancellationToken cancellationToken);

    /// <summary>One account by its e-mail address. Unknown: 404 <c>app.user.missing_account.const</c>.</summary>
    [Get("/api/v4/users/email/{email}")]
    Task<MattermostUser> GetUserByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a message. Sent once: after a lost answer, send the same <see cref="NewPost.PendingPostId"/> again within 30 seconds
    /// and Mattermost answers with the first post. 403 <c>api.context.permissions.app_error</c> where the account may not write.
    /// </summary>
    [Post("/api/v4/posts")]
    Task<Post> CreatePostAsync([Body] NewPost post, CancellationToken cancellationToken);

    /// <summary>Changes a message in place. 403 for a post that does not exist or is another account's.</summary>
    [Put("/api/v4/posts/{postId}/patch")]
    Task<Post> PatchPostAsync(string postId, [Body] PostPatch patch, CancellationToken cancellationToken);

    /// <summary>One message. Unknown or deleted: 404 <c>app.post.get.app_error</c>.</summary>
    [Get("/api/v4/posts/{postId}")]
    Task<Post> GetPostAsync(string postId, CancellationToken cancellationToken);

    /// <summary>Shows a message to one member of a channel; nobody keeps it. 403 for a bot that is no system administrator.</summary>
    [Post("/api/v4/posts/ephemeral")]
    Task<Post> CreateEphemeralPostAsync([Body] EphemeralPost post, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a dialog. 400 <see cref="MattermostErrorIds.TriggerExpired"/> when the trigger is older than
    /// <see cref="MattermostLimits.TriggerLifetime"/>.
    /// </summary>
    [Post("/api/v4/actions/dialogs/open")]
    Task OpenDialogAsync([Body] OpenDialogRequest request, CancellationToken cancellationToken);

    /// <summary>The direct channel of exactly two accounts, created when it does not exist yet; the order of the ids does not matter.</summary>
    [Post("/api/v4/channels/direct")]
    Task<Channel> CreateDirectChannelAsync([Body] IReadOnlyList<string> userIds, CancellationToken cancellationToken);

    /// <summary>
    /// An account's membership of a channel. Not a member: 404 <c>app.channel.get_member.missing.app_error</c>;
    /// a channel that is unknown or closed to the caller: 403.
    /// </summary>
    [Get("/api/v4/channels/{channelId}/members/{userId}")]
    Task<ChannelMember> GetChannelMemberAsync(string channelId, string userId, CancellationToken cancellationToken);

    /// <summary>The groups that an account belongs to. 501 or 403 where the licence knows no groups.</summary>
    [Get("/api/v4/users/{userId}/groups")]
    Task<IReadOnlyList<UserGroup>> GetUserGroupsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Whether the server answers at all. Needs no token and touches neither database nor file store.</summary>
    [Get("/api/v4/system/ping")]
    Task<ServerStatus> PingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Health with database and file store. Each call writes and deletes a row and tests the file store: poll gently.
    /// An unhealthy server answers 500, thus an exception.
    /// </summary>
    [Get("/api/v4/system/ping?get_server_status=true")]
    Task<ServerStatus> GetServerStatusAsync(CancellationToken cancellationToken);

    /// <summary>The settings that clients may see, such as <c>Version</c> and <c>EnableSignInWithEmail</c>; all values are text.</summary>
    [Get("/api/v4/config/client?format=old")]
    Task<IReadOnlyDictionary<string, string>> GetClientConfigAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A team's custom slash commands, tokens included for an administrator or the creator. 403 without the permission to manage them.
    /// </summary>
    [Get("/api/v4/commands?custom_only=true")]
    Task<IReadOnlyList<RegisteredCommand>> GetCustomCommandsAsync([AliasAs("team_id")] string teamId, CancellationToken cancellationToken);

    /// <summary>
    /// Registers a slash command; 26 characters of token come back. 400 <see cref="MattermostErrorIds.DuplicateTrigger"/> for a trigger
    /// that the team has, built-in ones included; 400 <c>model.command.is_valid...</c> for a bad trigger, address or method; 403 without
    /// the permission to manage slash commands; 501 <see cref="MattermostErrorIds.CommandsDisabled"/> where they are off. A team that does
    /// not exist is no error: 201.
    /// </summary>
    [Post("/api/v4/commands")]
    Task<RegisteredCommand> CreateCommandAsync([Body] NewCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces every field of a command but its token; what the body leaves out becomes empty, and its id must stand in it. The trigger is
    /// not compared with the team's other commands: see to it yourself. 404 <see cref="MattermostErrorIds.CommandMissing"/> for an unknown
    /// one, for one that the caller may not manage, and wherever commands are off; 400 <c>api.command.team_mismatch.app_error</c> for
    /// another team.
    /// </summary>
    [Put("/api/v4/commands/{commandId}")]
    Task<RegisteredCommand> UpdateCommandAsync(string commandId, [Body] RegisteredCommand command, CancellationToken cancellationToken);

    /// <summary>Gives a command another token; the old one is void at once. 404 <see cref="MattermostErrorIds.CommandMissing"/> as for an update.</summary>
    [Put("/api/v4/commands/{commandId}/regen_token")]
    Task<CommandToken> RegenerateCommandTokenAsync(string commandId, CancellationToken cancellationToken);

    /// <summary>Removes a command. 404 <see cref="MattermostErrorIds.CommandMissing"/> as for an update.</summary>
    [Delete("/api/v4/commands/{commandId}")]
    Task DeleteCommandAsync(string commandId, CancellationToken cancellationToken);

    /// <summary>
    /// One page of the teams, from page 0; at most 200. Whoever may list neither open nor private teams gets 403; a plain account gets only
    /// teams that anybody may join, so mostly an empty list.
    /// </summary>
    [Get("/api/v4/teams")]
    Task<IReadOnlyList<Team>> GetTeamsAsync([AliasAs("page")] int page, [AliasAs("per_page")] int perPage, CancellationToken cancellationToken);

    /// <summary>
    /// One team by its name, upper or lower case. Unknown: 404 <see cref="MattermostErrorIds.TeamNameMissing"/>, or another 404 for what can
    /// be no name; 403 for a private team that the caller is not in.
    /// </summary>
    [Get("/api/v4/teams/name/{name}")]
    Task<Team> GetTeamByNameAsync(string name, CancellationToken cancellationToken);

    /// <summary>An account's membership of a team. Never a member: 404 <see cref="MattermostErrorIds.TeamMemberMissing"/>; one that left has <see cref="TeamMember.DeleteAt"/>.</summary>
    [Get("/api/v4/teams/{teamId}/members/{userId}")]
    Task<TeamMember> GetTeamMemberAsync(string teamId, string userId, CancellationToken cancellationToken);

    /// <summary>Lets an account into a team; one that is in it already answers the same. 404 <c>app.team.get.find.app_error</c> for an unknown team; 403 without the permission.</summary>
    [Post("/api/v4/teams/{teamId}/members")]
    Task<TeamMember> AddTeamMemberAsync(string teamId, [Body] TeamMember member, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a bot account with the role system_user. 403 <see cref="MattermostErrorIds.BotsDisabled"/> where the setting
    /// EnableBotAccountCreation is off; 403 <see cref="MattermostErrorIds.Permissions"/> without the permission, and for every bot, system
    /// administrator or not; 400 <see cref="MattermostErrorIds.UsernameTaken"/> for a name that any account has, or for a bot's
    /// <see cref="MattermostErrorIds.EmailTaken"/>.
    /// </summary>
    [Post("/api/v4/bots")]
    Task<BotAccount> CreateBotAsync([Body] NewBot bot, CancellationToken cancellationToken);

    /// <summary>A bot account. 404 <see cref="MattermostErrorIds.BotMissing"/> for people, for unknown ids, and for bots of others without the permission to see them.</summary>
    [Get("/api/v4/bots/{userId}")]
    Task<BotAccount> GetBotAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Makes an access token and shows it this once (200, not 201). For a bot it works whatever the settings; for a person 501
    /// <see cref="MattermostErrorIds.TokensDisabled"/> where EnableUserAccessTokens is off, which also turns people's tokens into 401.
    /// 403 without the permission.
    /// </summary>
    [Post("/api/v4/users/{userId}/tokens")]
    Task<AccessToken> CreateAccessTokenAsync(string userId, [Body] NewAccessToken token, CancellationToken cancellationToken);

    /// <summary>Ends an access token and the sessions made with it. Unknown: 404 <see cref="MattermostErrorIds.TokenMissing"/>; 403 without the permission.</summary>
    [Post("/api/v4/users/tokens/revoke")]
    Task RevokeAccessTokenAsync([Body] RevokedToken token, CancellationToken cancellationToken);

    /// <summary>Replaces an account's roles. 400 <see cref="MattermostErrorIds.UserMissing"/> for an unknown account; 403 without the permission.</summary>
    [Put("/api/v4/users/{userId}/roles")]
    Task SetRolesAsync(string userId, [Body] UserRoles roles, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a password as an administrator. An account of a sign-in service thereby becomes an e-mail account: its auth_service and
    /// auth_data are lost. Sessions stay (unless the server ends them on password changes), the server's cache is renewed, and a mail
    /// tells the account's owner. 400 <c>model.user.is_valid.pwd...</c> by the password policy; 403 for an unknown account, or without
    /// the permission; a second factor stays.
    /// </summary>
    [Put("/api/v4/users/{userId}/password")]
    Task SetPasswordAsync(string userId, [Body] NewPassword password, CancellationToken cancellationToken);

    /// <summary>
    /// Binds an account to a sign-in service and blanks its password. An unknown account answers 200 too; sessions stay (before 11.10),
    /// and releases seen so far keep the old account in a cache: send an empty patch and end the sessions afterwards. 400
    /// <see cref="MattermostErrorIds.AuthDataTaken"/> when another account has the data, whatever its service; 403 without system_admin.
    /// </summary>
    [Put("/api/v4/users/{userId}/auth")]
    Task SetAuthAsync(string userId, [Body] UserAuth auth, CancellationToken cancellationToken);

    /// <summary>
    /// Changes nothing, and renews what the server has cached of the account. 400 <see cref="MattermostErrorIds.InvalidBody"/> for an
    /// unknown account, not 404; 403 without the permission.
    /// </summary>
    [Put("/api/v4/users/{userId}/patch")]
    Task<MattermostUser> PatchUserAsync(string userId, [Body] UserPatch patch, CancellationToken cancellationToken);

    /// <summary>Ends all sessions of an account; an unknown account answers 200 too. Personal access tokens live on.</summary>
    [Post("/api/v4/users/{userId}/sessions/revoke/all")]
    Task RevokeSessionsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Mails a link, good for an hour, with which the account's owner sets a password. 400
    /// <see cref="MattermostErrorIds.ResetOfSso"/> for accounts of a sign-in service; 500 <see cref="MattermostErrorIds.ResetNotSent"/>
    /// when the mail server does not take it; an unknown address answers 200.
    /// </summary>
    [Post("/api/v4/users/password/reset/send")]
    Task SendPasswordResetAsync([Body] PasswordResetRequest request, CancellationToken cancellationToken);

    /// <summary>The server's settings, secrets masked by asterisks. 403 without the role to see them.</summary>
    [Get("/api/v4/config")]
    Task<JsonObject> GetConfigAsync(CancellationToken cancellationToken);

    /// <summary>Changes the settings that the patch names. 400 <c>model.config.is_valid...</c>; what the environment sets stays as it is.</summary>
    [Put("/api/v4/config/patch")]
    Task<JsonObject> PatchConfigAsync([Body] JsonObject patch, CancellationToken cancellationToken);

    /// <summary>Which settings the environment overrides: the shape of the settings, with <c>true</c> for each of them; empty without any.</summary>
    async Task<JsonObject> GetEnvironmentConfigAsync(CancellationToken cancellationToken) =>
        await GetRawEnvironmentConfigAsync(cancellationToken) ?? [];

    /// <summary>The same as the server writes it: 5.37 answers <c>null</c> where nothing is overridden.</summary>
    [Get("/api/v4/config/environment")]
    Task<JsonObject?> GetRawEnvironmentConfigAsync(CancellationToken cancellationToken);
}

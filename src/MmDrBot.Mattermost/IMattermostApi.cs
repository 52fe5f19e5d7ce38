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

    /// <summary>The direct channel of exactly two accounts, created when it does not exist yet; the order of the ids does not matter.</summary>
    [Post("/api/v4/channels/direct")]
    Task<Channel> CreateDirectChannelAsync([Body] IReadOnlyList<string> userIds, CancellationToken cancellationToken);

    /// <summary>
    /// An account's membership of a channel. Not a member: 404 <c>app.channel.get_member.missing.app_error</c>;
    /// a channel that is unknown or closed to the caller: 403.
    /// </summary>
    [Get("/api/v4/channels/{channelId}/members/{userId}")]
    Task<ChannelMember> GetChannelMemberAsync(string channelId, string userId, CancellationToken cancellationToken);

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
}

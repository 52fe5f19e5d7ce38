using System.Security.Cryptography;
using MmDrBot.Access;
using MmDrBot.Sealing;

namespace MmDrBot.Interactions;

/// <summary>
/// Issues invitations and tells whether one that comes back is good. Whoever wants a button or a form makes an <see cref="Invitation"/>
/// for a handler, issues it, and puts the token into the button's context or the form's state.
/// </summary>
internal sealed class Invitations(ServiceSecret secret, InvitationStore store, TimeProvider time)
{
    /// <summary>The field of a button's context that holds the token.</summary>
    internal const string Field = "invitation";

    private readonly Lazy<byte[]> _key = new(() => secret.KeyFor("buttons"));

    /// <summary>For what changes something: each can be used once. All are on record before any token is out.</summary>
    /// <param name="drafts">Buttons name their post.</param>
    /// <param name="replyToJson">Where whoever uses them waits for news; kept in the state, as it may be a secret.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<IReadOnlyList<string>> IssueAsync(IReadOnlyList<Invitation> drafts, string? replyToJson, CancellationToken cancellationToken)
    {
        var issued = drafts.Select(draft => Checked(draft) with { Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) }).ToArray();
        await store.AddAsync(issued, replyToJson, cancellationToken);
        return [.. issued.Select(invitation => InvitationToken.Seal(_key.Value, invitation))];
    }

    /// <summary>For what only shows something: good until it expires, and on record nowhere.</summary>
    internal string Show(Invitation draft) => InvitationToken.Seal(_key.Value, draft with { Nonce = null });

    /// <returns>The invitation, whatever its state; null when we did not sign it.</returns>
    internal Invitation? Read(string? token) => InvitationToken.Open(_key.Value, token);

    /// <summary>Judges all but the audience and whether it was used; null when nothing speaks against it.</summary>
    internal Uninvited? Judge(Invitation invitation, InvitationKind kind, string? postId) =>
        invitation.Kind != kind ? Uninvited.Forged
        : invitation.PostId is { } post && post != postId ? Uninvited.WrongPost
        : invitation.ExpiresAt <= time.GetUtcNow() ? Uninvited.Expired
        : null;

    /// <summary>
    /// Whether the request comes from Mattermost, so that its user id is Mattermost's word: nobody else has what a post's button carries.
    /// All other tokens pass through the client of the one account that they were made for, which could send them in any name.
    /// </summary>
    internal static bool Proves(Invitation invitation, string userId) => invitation.PostId is not null || invitation.UserId == userId;

    internal static bool IsFor(Invitation invitation, Actor actor) =>
        invitation.UserId is { } user ? user == actor.MattermostUserId : invitation.Permission is { } permission && actor.Permissions.Contains(permission);

    /// <summary>Before anything is done; false: somebody was quicker, or it was never issued.</summary>
    internal async Task<bool> TryUseAsync(Invitation invitation, Actor actor, CancellationToken cancellationToken) =>
        invitation.Nonce is null || await store.TryUseAsync(invitation.Nonce, actor.Name, cancellationToken);

    /// <summary>A deliberate wrong form costs its sender a correction, not the form.</summary>
    internal Task ReleaseAsync(Invitation invitation, CancellationToken cancellationToken) =>
        invitation.Nonce is { } nonce ? store.ReleaseAsync(nonce, cancellationToken) : Task.CompletedTask;

    internal Task<string?> ReplyToAsync(Invitation invitation, CancellationToken cancellationToken) =>
        invitation.Nonce is { } nonce ? store.ReplyToAsync(nonce, cancellationToken) : Task.FromResult<string?>(null);

    private static Invitation Checked(Invitation draft) =>
        draft.Kind is InvitationKind.Button && draft.PostId is null ? throw new ArgumentException("a button that changes something belongs to a post", nameof(draft))
        : draft.UserId is null && draft.Permission is null ? throw new ArgumentException("an invitation has an audience", nameof(draft))
        : draft;
}

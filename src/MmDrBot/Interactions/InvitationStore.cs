using MmDrBot.Data;

namespace MmDrBot.Interactions;

/// <summary>Remembers which invitations are open and which are used up.</summary>
internal sealed class InvitationStore(StateDatabase state, TimeProvider time)
{
    internal Task AddAsync(IReadOnlyList<Invitation> invitations, string? replyToJson, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            foreach (var one in invitations)
            {
                await transaction.ExecuteAsync(
                    "insert into interactions (nonce, created_at, expires_at, reply_to) values (@Nonce, @now, @expires, @replyToJson)",
                    new { one.Nonce, now = Now(), expires = one.ExpiresAt.ToUnixTimeMilliseconds(), replyToJson },
                    token);
            }
        },
        cancellationToken);

    /// <summary>Uses it up. Of many that try at once one succeeds.</summary>
    internal async Task<bool> TryUseAsync(string nonce, string user, CancellationToken cancellationToken) =>
        await state.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync(
                "update interactions set used_at = @now, used_by = @user where nonce = @nonce and used_at is null and expires_at > @now", new { nonce, user, now = Now() }, token),
            cancellationToken) == 1;

    /// <summary>For what can be used once and was issued by another way: uses it up the first time, and says no from then on, for as long as it is remembered.</summary>
    internal async Task<bool> TryClaimAsync(StateTransaction transaction, string nonce, string user, TimeSpan remembered, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "insert into interactions (nonce, created_at, expires_at, used_at, used_by) values (@nonce, @now, @expires, @now, @user) on conflict do nothing",
            new { nonce, user, now = Now(), expires = (time.GetUtcNow() + remembered).ToUnixTimeMilliseconds() },
            cancellationToken) == 1;

    internal async Task<bool> IsUsedAsync(string nonce, CancellationToken cancellationToken) =>
        await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long?>("select used_at from interactions where nonce = @nonce", new { nonce }, token), cancellationToken) is not null;

    /// <summary>Makes it good again, for a form that has to be corrected.</summary>
    internal Task ReleaseAsync(string nonce, CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update interactions set used_at = null, used_by = null where nonce = @nonce", new { nonce }, token), cancellationToken);

    /// <summary>What was left with it when it was issued.</summary>
    internal Task<string?> ReplyToAsync(string nonce, CancellationToken cancellationToken) => state.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<string>("select reply_to from interactions where nonce = @nonce", new { nonce }, token), cancellationToken);

    internal Task<int> SweepAsync(CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("delete from interactions where expires_at <= @now", new { now = Now() }, token), cancellationToken);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Approvals;

/// <summary>The rows of approvals. Each change of a state is one conditional update: of two who decide at once, one wins.</summary>
internal sealed class ApprovalStore(StateDatabase state, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    internal Task InsertAsync(StateTransaction transaction, Approval approval, string hash, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        """
        insert into approvals (id, operation, summary, request, request_hash, permission, requested_by, requested_by_user_id, created_at, expires_at, state)
        values (@Id, @Operation, @Summary, @RequestJson, @hash, @Permission, @RequestedBy, @RequestedByUserId, @CreatedAt, @ExpiresAt, 'waiting')
        """,
        new
        {
            approval.Id,
            Operation = EnumText.Of(approval.Operation),
            approval.Summary,
            approval.RequestJson,
            hash,
            Permission = EnumText.Of(approval.Permission),
            approval.RequestedBy,
            approval.RequestedByUserId,
            CreatedAt = approval.CreatedAt.ToUnixTimeMilliseconds(),
            ExpiresAt = approval.ExpiresAt.ToUnixTimeMilliseconds(),
        },
        cancellationToken);

    /// <summary>What this person asked for in just this way and may still use or wait for; an approved one first.</summary>
    internal async Task<Approval?> FindLiveAsync(StateTransaction transaction, string hash, string requestedBy, CancellationToken cancellationToken) =>
        (await transaction.FirstOrDefaultAsync<ApprovalRow>(
            "select * from approvals where request_hash = @hash and requested_by = @requestedBy and state in ('waiting', 'approved') and expires_at > @Now order by state, created_at desc",
            new { hash, requestedBy, Now },
            cancellationToken))?.ToApproval(time.GetUtcNow());

    /// <param name="transaction">The use's.</param>
    /// <param name="id">Which.</param>
    /// <param name="holder">The process that works under it; null when it is used for good with this transaction.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was there to be used.</returns>
    internal async Task<bool> TryUseAsync(StateTransaction transaction, string id, string? holder, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("update approvals set state = 'used', used_at = @Now, holder = @holder where id = @id and state = 'approved' and expires_at > @Now", new { id, holder, Now }, cancellationToken) == 1;

    /// <summary>What it was used for has ended.</summary>
    internal static Task SettleAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("update approvals set holder = null where id = @id", new { id }, cancellationToken);

    /// <summary>What it was used for did not begin, or nobody knows how far it got.</summary>
    /// <returns>Whether it was in use.</returns>
    internal static async Task<bool> TryGiveBackAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("update approvals set state = 'approved', used_at = null, holder = null where id = @id and state = 'used' and holder is not null", new { id }, cancellationToken) == 1;

    /// <summary>Those that somebody works under and that are good yet.</summary>
    internal Task<IReadOnlyList<ApprovalRow>> ListHeldAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        transaction.QueryAsync<ApprovalRow>($"select * from approvals where holder is not null and expires_at > @Now {transaction.ForUpdate}", new { Now }, cancellationToken);

    internal async Task<Approval?> GetAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        (await transaction.FirstOrDefaultAsync<ApprovalRow>("select * from approvals where id = @id", new { id }, cancellationToken))?.ToApproval(time.GetUtcNow());

    /// <returns>Whether it still waited.</returns>
    internal async Task<bool> TryDecideAsync(StateTransaction transaction, string id, ApprovalState decision, string decidedBy, string? reason, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update approvals set state = @state, decided_by = @decidedBy, decided_at = @Now, reason = @reason, expires_at = @expires where id = @id and state = 'waiting' and expires_at > @Now",
            new { state = EnumText.Of(decision), decidedBy, reason, id, Now, expires = Now + (long)lifetime.TotalMilliseconds },
            cancellationToken) == 1;

    /// <exception cref="Refusal">NotFound: there is none with this id.</exception>
    internal async Task<Approval> GetAsync(string id, CancellationToken cancellationToken) =>
        await state.ReadAsync((transaction, token) => GetAsync(transaction, id, token), cancellationToken)
        ?? throw new Refusal(RefusalReason.NotFound, $"There is no request {id}.", "`approvals` lists those that wait.");

    /// <summary>Newest first.</summary>
    /// <param name="all">Also those that are over.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="after">Those behind the one with this id; null: from the beginning.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when there is none with this id.</returns>
    internal Task<IReadOnlyList<Approval>?> ListAsync(bool all, int limit, string? after, CancellationToken cancellationToken) => state.ReadAsync<IReadOnlyList<Approval>?>(
        async (transaction, token) =>
        {
            var last = after is null ? long.MaxValue : await transaction.FirstOrDefaultAsync<long?>("select created_at from approvals where id = @after", new { after }, token);
            if (last is null)
            {
                return null;
            }

            var filter = all ? "" : "and state in ('waiting', 'approved') and expires_at > @Now";
            var rows = await transaction.QueryAsync<ApprovalRow>(
                $"select * from approvals where (created_at < @last or (created_at = @last and id < @after)) {filter} order by created_at desc, id desc limit @limit", new { Now, last, after = after ?? "", limit }, token);
            return [.. rows.Select(row => row.ToApproval(time.GetUtcNow()))];
        },
        cancellationToken);
}

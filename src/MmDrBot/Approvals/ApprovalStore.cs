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

    /// <returns>Whether it was there to be used.</returns>
    internal async Task<bool> TryUseAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("update approvals set state = 'used', used_at = @Now where id = @id and state = 'approved' and expires_at > @Now", new { id, Now }, cancellationToken) == 1;

    /// <summary>What it was used for did not begin.</summary>
    internal static Task GiveBackAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("update approvals set state = 'approved', used_at = null where id = @id and state = 'used'", new { id }, cancellationToken);

    /// <returns>Whether it still waited.</returns>
    internal async Task<bool> TryDecideAsync(StateTransaction transaction, string id, ApprovalState decision, string decidedBy, string? reason, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update approvals set state = @state, decided_by = @decidedBy, decided_at = @Now, reason = @reason, expires_at = @expires where id = @id and state = 'waiting' and expires_at > @Now",
            new { state = EnumText.Of(decision), decidedBy, reason, id, Now, expires = Now + (long)lifetime.TotalMilliseconds },
            cancellationToken) == 1;

    /// <exception cref="Refusal">NotFound: there is none with this id.</exception>
    internal async Task<Approval> GetAsync(string id, CancellationToken cancellationToken) =>
        (await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<ApprovalRow>("select * from approvals where id = @id", new { id }, token), cancellationToken))?.ToApproval(time.GetUtcNow())
        ?? throw new Refusal(RefusalReason.NotFound, $"There is no request {id}.", "`approvals` lists those that wait.");

    /// <summary>Newest first.</summary>
    /// <param name="all">Also those that are over.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<IReadOnlyList<Approval>> ListAsync(bool all, int limit, CancellationToken cancellationToken)
    {
        var filter = all ? "" : "where state in ('waiting', 'approved') and expires_at > @Now";
        var rows = await state.ReadAsync(
            (transaction, token) => transaction.QueryAsync<ApprovalRow>($"select * from approvals {filter} order by created_at desc, id limit @limit", new { Now, limit }, token),
            cancellationToken);
        return [.. rows.Select(row => row.ToApproval(time.GetUtcNow()))];
    }
}

using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Api;

/// <summary>
/// Requests that bear an Idempotency-Key, for a day. A row is made before the request is carried out and holds its answer after it. One whose process
/// died in between is judged by the audit, which is written in the same transaction as what it records: with no entry of the request nothing was
/// done, and it is carried out anew; with one, nobody but the caller can tell what is missing.
/// </summary>
internal sealed class IdempotencyStore(StateDatabase database, TimeProvider time)
{
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // Longer than any request that answers when all is done; a process that is proven dead is not waited for.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    internal Task<IdempotencyDecision> BeginAsync(IdempotentRequest request, CancellationToken cancellationToken) => database.InTransactionAsync(
        async (transaction, token) =>
        {
            var now = Now();
            await transaction.ExecuteAsync("delete from idempotent_requests where created_at < @oldest", new { oldest = now - (long)Kept.TotalMilliseconds }, token);
            var attempt = Guid.NewGuid().ToString("N");
            if (await InsertAsync(transaction, request, attempt, now, token))
            {
                return new IdempotencyDecision(IdempotencyVerdict.CarryOut, attempt, null, request.RequestId);
            }

            var row = (await transaction.FirstOrDefaultAsync<IdempotencyRow>($"select * from idempotent_requests where scope = @Scope and idempotency_key = @Key {transaction.ForUpdate}", request, token))!;
            return await JudgeAsync(transaction, row, request, attempt, now, token);
        },
        cancellationToken);

    /// <summary>Keeps the answer, unless another try has taken the request over.</summary>
    internal Task KeepAsync(IdempotentRequest request, string attempt, KeptAnswer answer, CancellationToken cancellationToken) => database.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync(
            "update idempotent_requests set status = @Status, content_type = @ContentType, location = @Location, etag = @ETag, body = @Body where scope = @Scope and idempotency_key = @Key and attempt = @attempt",
            new { request.Scope, request.Key, attempt, Status = (long)answer.Status, answer.ContentType, answer.Location, answer.ETag, answer.Body },
            token),
        cancellationToken);

    /// <summary>Nothing was done: the key may be used as if it never had been.</summary>
    internal Task ReleaseAsync(IdempotentRequest request, string attempt, CancellationToken cancellationToken) => database.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("delete from idempotent_requests where scope = @Scope and idempotency_key = @Key and attempt = @attempt", new { request.Scope, request.Key, attempt }, token),
        cancellationToken);

    /// <summary>It broke off: from now on it counts as one whose process died.</summary>
    internal Task AbandonAsync(IdempotentRequest request, string attempt, CancellationToken cancellationToken) => database.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update idempotent_requests set lease_until = 0 where scope = @Scope and idempotency_key = @Key and attempt = @attempt", new { request.Scope, request.Key, attempt }, token),
        cancellationToken);

    private async Task<IdempotencyDecision> JudgeAsync(StateTransaction transaction, IdempotencyRow row, IdempotentRequest request, string attempt, long now, CancellationToken cancellationToken)
    {
        if (row.Fingerprint != request.Fingerprint)
        {
            return new IdempotencyDecision(IdempotencyVerdict.OtherRequest, attempt, null, row.RequestId);
        }

        if (row.Status is { } status)
        {
            return new IdempotencyDecision(IdempotencyVerdict.Repeat, attempt, new KeptAnswer((int)status, row.ContentType, row.Location, row.ETag, row.Body), row.RequestId);
        }

        if (!row.IsAbandoned(now))
        {
            return new IdempotencyDecision(IdempotencyVerdict.InFlight, attempt, null, row.RequestId);
        }

        if (await LeftTracesAsync(transaction, row, cancellationToken))
        {
            return new IdempotencyDecision(IdempotencyVerdict.Unknown, attempt, null, row.RequestId);
        }

        await transaction.ExecuteAsync("delete from idempotent_requests where scope = @Scope and idempotency_key = @Key", request, cancellationToken);
        await InsertAsync(transaction, request, attempt, now, cancellationToken);
        return new IdempotencyDecision(IdempotencyVerdict.CarryOut, attempt, null, request.RequestId);
    }

    private static async Task<bool> LeftTracesAsync(StateTransaction transaction, IdempotencyRow row, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<long>(
            "select count(*) from audit_entries where reference = @RequestId and actor = @Actor and at >= @CreatedAt and outcome <> 'refused'", new { row.RequestId, row.Actor, row.CreatedAt }, cancellationToken) > 0;

    private static async Task<bool> InsertAsync(StateTransaction transaction, IdempotentRequest request, string attempt, long now, CancellationToken cancellationToken)
    {
        var process = ProcessIdentity.Current;
        var values = new { request.Scope, request.Key, request.Fingerprint, request.RequestId, request.Actor, process.Host, Pid = (long)process.Pid, process.StartedAt, attempt, leaseUntil = now + (long)Lease.TotalMilliseconds, now };
        return await transaction.ExecuteAsync(
            """
            insert into idempotent_requests (scope, idempotency_key, fingerprint, request_id, actor, host, pid, process_started_at, attempt, lease_until, created_at)
            values (@Scope, @Key, @Fingerprint, @RequestId, @Actor, @Host, @Pid, @StartedAt, @attempt, @leaseUntil, @now)
            on conflict do nothing
            """,
            values, cancellationToken) > 0;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Webhooks;

/// <summary>The deliveries: what waits, and the log of what was sent.</summary>
internal sealed class DeliveryStore(StateDatabase database)
{
    internal static Task InsertAsync(StateTransaction transaction, Delivery delivery, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "insert into webhook_deliveries (id, webhook_id, event, body, state, created_at, next_at) values (@Id, @WebhookId, @Event, @Body, 'pending', @now, @now)",
        new { delivery.Id, delivery.WebhookId, delivery.Event, delivery.Body, now = delivery.CreatedAt.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>A cheap look, without the write lock, whether <see cref="TryClaimAsync"/> would find one.</summary>
    internal Task<bool> AnyDueAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        async (transaction, token) => await transaction.FirstOrDefaultAsync<string>($"select id from webhook_deliveries where {Due} limit 1", Now(now), token) is not null,
        cancellationToken);

    /// <summary>
    /// Takes the delivery that is due longest, of a webhook that is on and to which nothing is on its way. Nobody else gets it until then.
    /// </summary>
    internal Task<Delivery?> TryClaimAsync(string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => database.InTransactionAsync(
        async (transaction, token) => (await transaction.FirstOrDefaultAsync<DeliveryRow>(
            $"""
            update webhook_deliveries set lease_owner = @owner, lease_until = @until
            where id = (select id from webhook_deliveries where {Due} order by next_at, id limit 1 {transaction.ForUpdateSkipLocked})
            returning *
            """,
            new { owner, now = now.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            token))?.ToDelivery(),
        cancellationToken);

    /// <summary>Takes this delivery whatever its state, for an attempt that somebody asked for and waits for.</summary>
    internal static async Task<bool> ClaimAsync(StateTransaction transaction, string id, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update webhook_deliveries set lease_owner = @owner, lease_until = @until where id = @id and coalesce(lease_until, 0) < @now",
            new { id, owner, now = now.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            cancellationToken) > 0;

    /// <returns>False when the delivery is no longer this owner's.</returns>
    internal static async Task<bool> FinishAsync(StateTransaction transaction, Delivery delivery, string owner, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            update webhook_deliveries set state = @State, attempts = @Attempts, next_at = @NextAt, lease_owner = null, lease_until = null,
                last_at = @LastAt, last_status = @Status, last_ms = @Ms, last_answer = @Answer, last_error = @Error
            where id = @Id and lease_owner = @owner
            """,
            new
            {
                delivery.Id,
                owner,
                State = EnumText.Of(delivery.State),
                Attempts = (long)delivery.Attempts,
                NextAt = delivery.NextAt?.ToUnixTimeMilliseconds(),
                LastAt = delivery.LastAt?.ToUnixTimeMilliseconds(),
                Status = (long?)delivery.Last?.Status,
                Ms = (long?)delivery.Last?.Duration.TotalMilliseconds,
                delivery.Last?.Answer,
                delivery.Last?.Error,
            },
            cancellationToken) > 0;

    /// <summary>Puts it back to the beginning; an attempt that is under way has no say in it any more.</summary>
    internal static Task AgainAsync(StateTransaction transaction, string id, DateTimeOffset now, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "update webhook_deliveries set state = 'pending', attempts = 0, next_at = @now, lease_owner = null, lease_until = null where id = @id", new { id, now = now.ToUnixTimeMilliseconds() }, cancellationToken);

    /// <summary>Newest first; of one webhook, or of all.</summary>
    internal async Task<IReadOnlyList<Delivery>> ListAsync(string? webhookId, int limit, string? before, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<DeliveryRow>(
                "select * from webhook_deliveries where (@webhookId = '' or webhook_id = @webhookId) and id < @before order by id desc limit @limit",
                new { webhookId = webhookId ?? "", before = before ?? "~", limit },
                token),
            cancellationToken)).Select(row => row.ToDelivery())];

    /// <exception cref="Refusal">NotFound; Invalid: several begin so.</exception>
    internal async Task<Delivery> GetAsync(string idOrPrefix, CancellationToken cancellationToken)
    {
        var start = idOrPrefix.Trim().ToLowerInvariant();
        if (start.Length == 0)
        {
            throw new Refusal(RefusalReason.Invalid, "The id of the delivery is missing.", "`webhook deliveries` lists them.");
        }

        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<DeliveryRow>("select * from webhook_deliveries where substr(id, 1, @length) = @start limit 2", new { start, length = start.Length }, token),
            cancellationToken);
        return rows.Count switch
        {
            1 => rows[0].ToDelivery(),
            0 => throw new Refusal(RefusalReason.NotFound, $"There is no delivery {start}.", "`webhook deliveries` lists them."),
            _ => throw new Refusal(RefusalReason.Invalid, $"More than one delivery's id begins with \"{start}\".", "Give more of the id."),
        };
    }

    /// <summary>Forgets what is over and older than that.</summary>
    internal Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("delete from webhook_deliveries where state <> 'pending' and created_at < @before", new { before = before.ToUnixTimeMilliseconds() }, token),
        cancellationToken);

    private static object Now(DateTimeOffset now) => new { now = now.ToUnixTimeMilliseconds() };

    private const string Due =
        """
        state = 'pending' and next_at <= @now and coalesce(lease_until, 0) < @now
            and webhook_id in (select id from webhooks where disabled_at is null)
            and webhook_id not in (select webhook_id from webhook_deliveries where state = 'pending' and lease_until >= @now)
        """;
}

using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Webhooks;

/// <summary>The webhooks that were added.</summary>
internal sealed class WebhookStore(StateDatabase database)
{
    internal Task InsertAsync(StateTransaction transaction, Webhook webhook, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "insert into webhooks (id, name, url, query, events, secret, created_at, created_by) values (@Id, @Name, @Url, @SealedQuery, @Events, @SealedSecret, @CreatedAt, @CreatedBy)",
        new { webhook.Id, webhook.Name, Url = webhook.Url.AbsoluteUri, webhook.SealedQuery, Events = string.Join(' ', webhook.Events), webhook.SealedSecret, CreatedAt = webhook.CreatedAt.ToUnixTimeMilliseconds(), webhook.CreatedBy },
        cancellationToken);

    /// <summary>Oldest first.</summary>
    internal Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(ListAsync, cancellationToken);

    internal static async Task<IReadOnlyList<Webhook>> ListAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        [.. (await transaction.QueryAsync<WebhookRow>("select * from webhooks order by id", null, cancellationToken)).Select(row => row.ToWebhook())];

    /// <param name="nameOrId">Its name, its id, or the id's beginning.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NotFound; Invalid: several begin so.</exception>
    internal async Task<Webhook> GetAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        var wanted = nameOrId.Trim();
        var found = all.Where(webhook => webhook.Name == wanted || webhook.Id == wanted).ToArray();
        found = found.Length > 0 || wanted.Length == 0 ? found : [.. all.Where(webhook => webhook.Id.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new Refusal(RefusalReason.NotFound, $"There is no webhook {wanted}.", "`webhook list` shows them."),
            _ => throw new Refusal(RefusalReason.Invalid, $"More than one webhook is meant by \"{wanted}\".", "Give the whole id; `webhook list` shows it."),
        };
    }

    /// <summary>With its deliveries.</summary>
    internal static async Task<bool> DeleteAsync(StateTransaction transaction, string id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from webhook_deliveries where webhook_id = @id", new { id }, cancellationToken);
        return await transaction.ExecuteAsync("delete from webhooks where id = @id", new { id }, cancellationToken) > 0;
    }

    /// <summary>It answered: it counts as well again, and is on if it was turned off.</summary>
    internal static Task SucceededAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "update webhooks set failing_since = null, disabled_at = null, disabled_reason = null where id = @id and (failing_since is not null or disabled_at is not null)",
        new { id },
        cancellationToken);

    /// <returns>Since when it has been failing; null when it is gone or off already.</returns>
    internal static async Task<DateTimeOffset?> FailedAsync(StateTransaction transaction, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<long?>(
            "update webhooks set failing_since = coalesce(failing_since, @now) where id = @id and disabled_at is null returning failing_since",
            new { id, now = now.ToUnixTimeMilliseconds() },
            cancellationToken) is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;

    /// <summary>What still waited for it failed with it: weeks later it would be no news.</summary>
    internal static async Task DisableAsync(StateTransaction transaction, string id, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("update webhooks set disabled_at = @now, disabled_reason = @reason where id = @id", new { id, reason, now = now.ToUnixTimeMilliseconds() }, cancellationToken);
        await transaction.ExecuteAsync("update webhook_deliveries set state = 'failed', next_at = null, last_error = coalesce(last_error, 'The webhook was turned off.') where webhook_id = @id and state = 'pending'", new { id }, cancellationToken);
    }
}

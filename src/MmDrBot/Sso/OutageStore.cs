using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Sso;

/// <summary>The outages, open and past. Webhooks are told of each that opens or closes in the same transaction.</summary>
internal sealed class OutageStore(StateDatabase database, WebhookOutbox outbox)
{
    /// <summary>Inserts unless it is there already, as after a second recovery.</summary>
    /// <returns>False when an outage of the service is open already.</returns>
    internal async Task<bool> TryInsertAsync(StateTransaction transaction, Outage outage, CancellationToken cancellationToken)
    {
        var inserted = await transaction.ExecuteAsync(
            """
            insert into outages (id, service, state, ticket, reason, mail_depends, opened_by, opened_at, changed_settings)
            values (@Id, @Service, 'open', @Ticket, @Reason, @MailDepends, @OpenedBy, @OpenedAt, @ChangedSettingsJson)
            on conflict do nothing
            """,
            new { outage.Id, outage.Service, outage.Ticket, outage.Reason, MailDepends = outage.MailDepends ? 1L : 0L, outage.OpenedBy, OpenedAt = outage.OpenedAt.ToUnixTimeMilliseconds(), outage.ChangedSettingsJson },
            cancellationToken) > 0;
        if (inserted)
        {
            await outbox.AddAsync(transaction, OutageEvents.Opened(outage), cancellationToken);
        }

        return inserted;
    }

    /// <summary>Makes sure that an outage of the service is open, for conversions that were found again, and stays so until the transaction ends.</summary>
    /// <returns>The id of the open one: another of the service, the same one opened again, or a new row; and whether it was opened by this.</returns>
    internal async Task<(string Id, bool IsReopened)> EnsureOpenAsync(StateTransaction transaction, Outage outage, CancellationToken cancellationToken)
    {
        // Whoever closes or opens one of them at this moment is waited for; the next statement sees what they did.
        await transaction.QueryAsync<string>($"select id from outages where service = @Service {transaction.ForUpdate}", new { outage.Service }, cancellationToken);
        while (true)
        {
            if (await transaction.FirstOrDefaultAsync<string>($"select id from outages where service = @Service and state = 'open' {transaction.ForUpdate}", new { outage.Service }, cancellationToken) is { } open)
            {
                return (open, false);
            }

            var reopened = await transaction.ExecuteAsync("update outages set state = 'open', closed_by = null, closed_at = null, close_reason = null where id = @Id", new { outage.Id }, cancellationToken) > 0;
            if (reopened)
            {
                await outbox.AddAsync(transaction, OutageEvents.Opened(outage), cancellationToken);
            }

            if (reopened || await TryInsertAsync(transaction, outage, cancellationToken))
            {
                return (outage.Id, true);
            }
        }
    }

    internal async Task<IReadOnlyList<Outage>> ListAsync(bool openOnly, int limit, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<Row>($"select * from outages {(openOnly ? "where state = 'open'" : "")} order by opened_at desc, id limit @limit", new { limit }, token),
            cancellationToken)).Select(row => row.ToOutage())];

    /// <exception cref="Refusal">NotFound; Conflict: several are open and no service was named.</exception>
    internal async Task<Outage> FindOpenAsync(string? service, CancellationToken cancellationToken)
    {
        var open = (await ListAsync(openOnly: true, int.MaxValue, cancellationToken)).Where(outage => service is null || outage.Service.Equals(service, StringComparison.OrdinalIgnoreCase) || outage.Id == service).ToArray();
        return open.Length switch
        {
            1 => open[0],
            0 => throw new Refusal(RefusalReason.NotFound, service is null ? "No outage is open." : $"No outage of {service} is open.", "`sso open` opens one; `sso status` lists them."),
            _ => throw new Refusal(RefusalReason.Invalid, $"Outages of {string.Join(" and ", open.Select(outage => outage.Service))} are open.", "Name the service."),
        };
    }

    internal async Task<Outage?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await database.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<Row>("select * from outages where id = @id", new { id }, token), cancellationToken))?.ToOutage();

    /// <summary>Keeps the outage from being closed until the transaction ends.</summary>
    /// <exception cref="Refusal">Conflict: it is closed.</exception>
    internal static async Task RequireOpenAsync(StateTransaction transaction, Outage outage, CancellationToken cancellationToken)
    {
        if (await transaction.FirstOrDefaultAsync<string>($"select id from outages where id = @Id and state = 'open' {transaction.ForUpdate}", new { outage.Id }, cancellationToken) is null)
        {
            throw new Refusal(RefusalReason.Conflict, $"The outage of {outage.Service} was closed in this moment; nothing was changed.", "`sso status` shows how things stand.");
        }
    }

    /// <summary>Those that are closed, whose changed settings are still to be put back.</summary>
    internal async Task<IReadOnlyList<Outage>> ListUnsettledAsync(CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync((transaction, token) => transaction.QueryAsync<Row>("select * from outages where state = 'closed' and changed_settings is not null order by closed_at", null, token), cancellationToken)).Select(row => row.ToOutage())];

    /// <param name="transaction">The caller's.</param>
    /// <param name="id">Which.</param>
    /// <param name="closedBy">Who closes it.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why somebody was signed off; null where nobody was.</param>
    /// <param name="keepsSettings">Whether what was changed in Mattermost's configuration stays, since somebody who stays converted needs it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when it is closed already.</returns>
    internal async Task<bool> CloseAsync(StateTransaction transaction, string id, string closedBy, DateTimeOffset at, string? reason, bool keepsSettings, CancellationToken cancellationToken)
    {
        var closed = await transaction.ExecuteAsync(
            $"update outages set state = 'closed', closed_by = @closedBy, closed_at = @at, close_reason = @reason{(keepsSettings ? ", changed_settings = null" : "")} where id = @id and state = 'open'",
            new { id, closedBy, at = at.ToUnixTimeMilliseconds(), reason },
            cancellationToken) > 0;
        if (closed)
        {
            await outbox.AddAsync(transaction, await OutageEvents.ClosedAsync(transaction, id, at, cancellationToken), cancellationToken);
        }

        return closed;
    }

    internal Task<int> SetChangedSettingsAsync(StateTransaction transaction, string id, string? json, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("update outages set changed_settings = @json where id = @id", new { id, json }, cancellationToken);

    /// <returns>False when it has some already.</returns>
    internal static async Task<bool> TryAdoptSettingsAsync(StateTransaction transaction, string id, string json, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("update outages set changed_settings = @json where id = @id and changed_settings is null", new { id, json }, cancellationToken) > 0;

    /// <returns>False when another replica was faster.</returns>
    internal async Task<bool> RemindedAsync(StateTransaction transaction, Outage outage, DateTimeOffset at, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update outages set reminded_at = @at where id = @Id and state = 'open' and coalesce(reminded_at, 0) = @before",
            new { outage.Id, at = at.ToUnixTimeMilliseconds(), before = outage.RemindedAt?.ToUnixTimeMilliseconds() ?? 0 },
            cancellationToken) > 0;

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string Service { get; init; } = "";

        public string Ticket { get; init; } = "";

        public string Reason { get; init; } = "";

        public long MailDepends { get; init; }

        public string OpenedBy { get; init; } = "";

        public long OpenedAt { get; init; }

        public string? ClosedBy { get; init; }

        public long? ClosedAt { get; init; }

        public string? CloseReason { get; init; }

        public string? ChangedSettings { get; init; }

        public long? RemindedAt { get; init; }

        internal Outage ToOutage() => new()
        {
            Id = Id,
            Service = Service,
            Ticket = Ticket,
            Reason = Reason,
            MailDepends = MailDepends != 0,
            OpenedBy = OpenedBy,
            OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(OpenedAt),
            ClosedBy = ClosedBy,
            ClosedAt = ClosedAt is { } closed ? DateTimeOffset.FromUnixTimeMilliseconds(closed) : null,
            CloseReason = CloseReason,
            ChangedSettingsJson = ChangedSettings,
            RemindedAt = RemindedAt is { } reminded ? DateTimeOffset.FromUnixTimeMilliseconds(reminded) : null,
        };
    }
}

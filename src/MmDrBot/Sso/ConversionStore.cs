using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>The conversions, open and past. Every change is conditional on the state it starts from: whoever comes second changes nothing.</summary>
internal sealed class ConversionStore(StateDatabase database, SsoOptions options, TimeProvider time)
{
    internal const string Open = "state in ('planned', 'converted', 'reverting')";

    /// <summary>How long a row belongs to whoever works on it without a sign of life.</summary>
    internal static readonly TimeSpan OwnedFor = TimeSpan.FromMinutes(5);

    /// <summary>Takes several rows in the one order in which everybody takes them: calls that name the same people in another order would wait for each other in a circle.</summary>
    internal static Task LockAsync(StateTransaction transaction, IEnumerable<string> ids, CancellationToken cancellationToken) =>
        transaction.ForUpdate.Length == 0 ? Task.CompletedTask : transaction.QueryAsync<string>($"select id from conversions where id = any(@ids) order by id {transaction.ForUpdate}", new { ids = ids.ToArray() }, cancellationToken);

    /// <returns>False when the account has an open conversion already.</returns>
    internal async Task<bool> TryInsertAsync(StateTransaction transaction, Conversion conversion, WorkOwner? owner, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            insert into conversions (id, outage_id, user_id, username, email, auth_service, auth_data, mfa_active, roles, delete_at, state, ticket, reason, delivery, ledger_id,
                requested_by, created_at, converted_at, delivered_at, expires_at, ended_at, ended_by, problem, owner, owner_until)
            values (@Id, @OutageId, @UserId, @Username, @Email, @AuthService, @AuthData, @MfaActive, @Roles, @DeleteAt, @State, @Ticket, @Reason, @Delivery, @LedgerId,
                @RequestedBy, @CreatedAt, @ConvertedAt, @DeliveredAt, @ExpiresAt, @EndedAt, @EndedBy, @Problem, @Owner, @OwnerUntil)
            on conflict do nothing
            """,
            Values(conversion, owner), cancellationToken) > 0;

    /// <returns>False when it was not in that state any more.</returns>
    internal async Task<bool> MoveAsync(StateTransaction transaction, string id, ConversionState from, ConversionState to, string? problem, WorkOwner? owner, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update conversions set state = @to, problem = @problem, owner = @owner, owner_until = @until where id = @id and state = @from",
            new { id, from = EnumText.Of(from), to = EnumText.Of(to), problem, owner = owner?.Text, until = owner is null ? null : (long?)Until() },
            cancellationToken) > 0;

    internal Task<int> ConvertedAsync(StateTransaction transaction, string id, DateTimeOffset at, DateTimeOffset? expiresAt, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update conversions set converted_at = @at, expires_at = @expiresAt where id = @id and state = 'converted'",
            new { id, at = at.ToUnixTimeMilliseconds(), expiresAt = expiresAt?.ToUnixTimeMilliseconds() },
            cancellationToken);

    internal Task<int> DeliveredAsync(StateTransaction transaction, string id, DateTimeOffset? at, string? problem, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            $"update conversions set delivered_at = coalesce(@at, delivered_at), problem = @problem where id = @id and {Open}",
            new { id, at = at?.ToUnixTimeMilliseconds(), problem },
            cancellationToken);

    internal async Task<bool> EndAsync(StateTransaction transaction, string id, ConversionState from, ConversionState to, string endedBy, DateTimeOffset at, string? problem, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update conversions set state = @to, ended_at = @at, ended_by = @endedBy, problem = @problem, owner = null, owner_until = null where id = @id and state = @from",
            new { id, from = EnumText.Of(from), to = EnumText.Of(to), endedBy, at = at.ToUnixTimeMilliseconds(), problem },
            cancellationToken) > 0;

    /// <summary>Notes whether the way back had set the binding when it stopped.</summary>
    internal Task<int> StoppedAsync(StateTransaction transaction, string id, bool isHalfBack, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("update conversions set half_back = @halfBack where id = @id and state = 'converted'", new { id, halfBack = isHalfBack ? 1L : 0L }, cancellationToken);

    /// <summary>Notes what is said of the end of its time, and the problem unless there is one.</summary>
    /// <returns>False when that was noted already.</returns>
    internal async Task<bool> TellExpiryAsync(StateTransaction transaction, string id, string told, string problem, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update conversions set expiry_told = @told, problem = coalesce(problem, @problem) where id = @id and state = 'converted' and coalesce(expiry_told, '') <> @told",
            new { id, told, problem },
            cancellationToken) > 0;

    /// <summary>A sign of life from whoever works on these rows.</summary>
    internal Task RenewAsync(WorkOwner owner, CancellationToken cancellationToken) =>
        ChangeOwnedAsync("update conversions set owner_until = @until where owner = @owner", owner.Text, Until(), cancellationToken);

    /// <summary>Whether the row is still this call's to work on.</summary>
    internal async Task<bool> IsOwnedAsync(string id, WorkOwner owner, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<long>($"select count(*) from conversions where id = @id and owner = @owner and {Open}", new { id, owner = owner.Text }, token),
            cancellationToken) > 0;

    /// <summary>Keeps others away from a row that is in this state and that nobody works on.</summary>
    internal async Task<bool> TryOwnAsync(StateTransaction transaction, string id, ConversionState state, WorkOwner owner, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<OwnedRow>($"select id, state, owner, owner_until from conversions where id = @id and state = @state {transaction.ForUpdate}", new { id, state = EnumText.Of(state) }, cancellationToken);
        return row is not null && await IsFreeAsync(transaction, row, cancellationToken)
            && await transaction.ExecuteAsync("update conversions set owner = @owner, owner_until = @until where id = @id", new { id, owner = owner.Text, until = Until() }, cancellationToken) > 0;
    }

    /// <summary>Lets these rows of a call go at once: nothing that it sent for them can still be on the way.</summary>
    internal Task FreeAsync(IReadOnlyCollection<string> ids, WorkOwner owner, CancellationToken cancellationToken) => ids.Count == 0 ? Task.CompletedTask : database.InTransactionAsync(
        async (transaction, token) =>
        {
            await LockAsync(transaction, ids, token);
            await transaction.ExecuteAsync("update conversions set owner = null, owner_until = null where id = @id and owner = @owner", ids.Select(id => new { id, owner = owner.Text }), token);
        },
        cancellationToken);

    /// <summary>Lets all other rows of a call go; nobody works on them until what it had sent has settled.</summary>
    internal Task ReleaseAsync(WorkOwner owner, TimeSpan settle, CancellationToken cancellationToken) =>
        ChangeOwnedAsync("update conversions set owner = null, owner_until = @until where owner = @owner", owner.Text, (time.GetUtcNow() + settle).ToUnixTimeMilliseconds(), cancellationToken);

    internal Task<IReadOnlyList<Conversion>> ListOpenAsync(string? outageId, CancellationToken cancellationToken) =>
        QueryAsync($"select * from conversions where {Open} {(outageId is null ? "" : "and outage_id = @outageId")} order by username", new { outageId }, cancellationToken);

    internal Task<IReadOnlyList<Conversion>> ListAsync(string outageId, CancellationToken cancellationToken) =>
        QueryAsync("select * from conversions where outage_id = @outageId order by created_at, username", new { outageId }, cancellationToken);

    /// <summary>Of all conversions, those that are over too.</summary>
    internal async Task<IReadOnlySet<string>> IdsAsync(CancellationToken cancellationToken) =>
        (await database.ReadAsync((transaction, token) => transaction.QueryAsync<string>("select id from conversions", null, token), cancellationToken)).ToHashSet();

    /// <summary>Newest first; <paramref name="after"/> is the id of the last one already seen.</summary>
    internal Task<IReadOnlyList<Conversion>> ListPageAsync(string? outageId, bool openOnly, int limit, string? after, CancellationToken cancellationToken) =>
        QueryAsync($"select * from conversions where id < @after {(outageId is null ? "" : "and outage_id = @outageId")} {(openOnly ? $"and {Open}" : "")} order by id desc limit @limit", new { outageId, after = after ?? "~", limit }, cancellationToken);

    /// <summary>The newest conversion of every account that ever had one.</summary>
    internal Task<IReadOnlyList<Conversion>> ListNewestAsync(CancellationToken cancellationToken) =>
        QueryAsync("select * from conversions c where not exists (select 1 from conversions d where d.user_id = c.user_id and (d.created_at > c.created_at or (d.created_at = c.created_at and d.id > c.id)))", null, cancellationToken);

    /// <summary>Those rolled back or brought back since then whose account has no newer conversion.</summary>
    internal Task<IReadOnlyList<Conversion>> ListUndoneAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        QueryAsync(
            "select * from conversions c where state in ('rolled_back', 'reverted', 'already_back') and ended_at >= @since and not exists (select 1 from conversions d where d.user_id = c.user_id and (d.created_at > c.created_at or (d.created_at = c.created_at and d.id > c.id)))",
            new { since = since.ToUnixTimeMilliseconds() },
            cancellationToken);

    internal Task<Conversion?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync((transaction, token) => FindAsync(transaction, id, token), cancellationToken);

    internal static async Task<Conversion?> FindAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        (await transaction.FirstOrDefaultAsync<ConversionRow>("select * from conversions where id = @id", new { id }, cancellationToken))?.ToConversion();

    /// <summary>
    /// Rows in a state of being worked on whose worker is gone or silent. One that may have sent a password is left alone for a while after
    /// it was seen gone: what it sent last may still be on the way. A way back may be repeated at once.
    /// </summary>
    internal async Task<IReadOnlyList<Conversion>> ListAbandonedAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<OwnedRow>($"select id, state, owner, owner_until from conversions where state in ('planned', 'reverting') or (owner is not null and {Open})", null, token),
            cancellationToken);
        foreach (var dead in rows.Where(row => row is { MaySendPasswords: true, Owner: not null }).GroupBy(row => row.Owner!).Where(group => WorkOwner.IsDead(group.Key)))
        {
            var until = Settled();
            await ChangeOwnedAsync("update conversions set owner = null, owner_until = @until where owner = @owner and state in ('planned', 'converted')", dead.Key, until, cancellationToken);
            foreach (var row in dead)
            {
                (row.Owner, row.OwnerUntil) = (null, until);
            }
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var ids = rows.Where(row => row.State != "converted" && ((row.OwnerUntil ?? 0) <= now || IsOfTheDead(row))).Select(row => row.Id).ToHashSet();
        return ids.Count == 0 ? [] : [.. (await ListOpenAsync(null, cancellationToken)).Where(conversion => ids.Contains(conversion.Id))];
    }

    /// <summary>Takes a converted row, or one whose way back was abandoned.</summary>
    /// <returns>False when it is not open any more, or somebody else works on it.</returns>
    internal async Task<bool> TakeForRevertAsync(StateTransaction transaction, Conversion conversion, WorkOwner owner, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<OwnedRow>($"select id, state, owner, owner_until from conversions where id = @Id and state in ('converted', 'reverting') {transaction.ForUpdate}", new { conversion.Id }, cancellationToken);
        return row is not null && await IsFreeAsync(transaction, row, cancellationToken)
            && await MoveAsync(transaction, conversion.Id, EnumText.Parse<ConversionState>(row.State), ConversionState.Reverting, null, owner, cancellationToken);
    }

    /// <summary>A row that nobody owns may have to settle still, and one whose owner is found dead begins to.</summary>
    private async Task<bool> IsFreeAsync(StateTransaction transaction, OwnedRow row, CancellationToken cancellationToken)
    {
        if ((row.OwnerUntil ?? 0) > time.GetUtcNow().ToUnixTimeMilliseconds() && IsOfTheDead(row) && row.MaySendPasswords)
        {
            (row.Owner, row.OwnerUntil) = (null, Settled());
            await transaction.ExecuteAsync("update conversions set owner = null, owner_until = @OwnerUntil where id = @Id", new { row.Id, row.OwnerUntil }, cancellationToken);
        }

        return (row.OwnerUntil ?? 0) <= time.GetUtcNow().ToUnixTimeMilliseconds() || IsOfTheDead(row);
    }

    private static bool IsOfTheDead(OwnedRow row) => row.Owner is not null && WorkOwner.IsDead(row.Owner);

    private Task ChangeOwnedAsync(string sql, string owner, long until, CancellationToken cancellationToken) => database.InTransactionAsync(
        async (transaction, token) =>
        {
            await transaction.QueryAsync<string>($"select id from conversions where owner = @owner order by id {transaction.ForUpdate}", new { owner }, token);
            await transaction.ExecuteAsync(sql, new { owner, until }, token);
        },
        cancellationToken);

    private async Task<IReadOnlyList<Conversion>> QueryAsync(string sql, object? values, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync((transaction, token) => transaction.QueryAsync<ConversionRow>(sql, values, token), cancellationToken)).Select(row => row.ToConversion())];

    private long Until() => (time.GetUtcNow() + OwnedFor).ToUnixTimeMilliseconds();

    private long Settled() => (time.GetUtcNow() + options.SettleTime).ToUnixTimeMilliseconds();

    private object Values(Conversion conversion, WorkOwner? owner) => new
    {
        conversion.Id,
        conversion.OutageId,
        conversion.UserId,
        conversion.Username,
        conversion.Email,
        conversion.AuthService,
        conversion.AuthData,
        MfaActive = conversion.MfaActive ? 1L : 0L,
        conversion.Roles,
        conversion.DeleteAt,
        State = EnumText.Of(conversion.State),
        conversion.Ticket,
        conversion.Reason,
        Delivery = EnumText.Of(conversion.Delivery),
        conversion.LedgerId,
        conversion.RequestedBy,
        CreatedAt = conversion.CreatedAt.ToUnixTimeMilliseconds(),
        ConvertedAt = conversion.ConvertedAt?.ToUnixTimeMilliseconds(),
        DeliveredAt = conversion.DeliveredAt?.ToUnixTimeMilliseconds(),
        ExpiresAt = conversion.ExpiresAt?.ToUnixTimeMilliseconds(),
        EndedAt = conversion.EndedAt?.ToUnixTimeMilliseconds(),
        conversion.EndedBy,
        conversion.Problem,
        Owner = owner?.Text,
        OwnerUntil = owner is null ? null : (long?)Until(),
    };

    private sealed class OwnedRow
    {
        public string Id { get; init; } = "";

        public string State { get; init; } = "";

        public string? Owner { get; set; }

        public long? OwnerUntil { get; set; }

        /// <summary>Whoever brings somebody back sends a binding, which may be sent again.</summary>
        public bool MaySendPasswords => State != "reverting";
    }
}

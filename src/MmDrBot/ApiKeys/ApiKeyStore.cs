using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.ApiKeys;

/// <summary>The keys of the REST door. Creating, rotating and revoking one is audited in the same transaction.</summary>
internal sealed class ApiKeyStore(StateDatabase database, AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    public async Task<IssuedApiKey> CreateAsync(
        StateTransaction transaction, NewApiKey request, Actor actor, CancellationToken cancellationToken)
    {
        var secret = ApiKeySecret.New();
        var key = new ApiKey
        {
            Prefix = ApiKeySecret.Prefix(secret)!,
            Name = request.Name,
            Permissions = request.Permissions,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = actor.Name,
            ExpiresAt = request.ExpiresAt,
        };
        await InsertAsync(transaction, key, ApiKeySecret.Hash(secret), cancellationToken);
        await AuditAsync(transaction, actor, "api_key.created", key.Prefix, null, cancellationToken);

        return new(key, secret);
    }

    /// <summary>Makes a key that takes the place of one that is live, which stays valid for the overlap at most.</summary>
    /// <exception cref="Refusal">NotFound: no live key has this prefix. Conflict: it was rotated already. Stale: it is not the version that was expected.</exception>
    public async Task<IssuedApiKey> RotateAsync(StateTransaction transaction, RotatedApiKey request, Actor actor, CancellationToken cancellationToken)
    {
        var old = await LiveAsync(transaction, request.Prefix, request.ExpectedVersion, cancellationToken);
        if (old.ReplacedBy is not null)
            throw new Refusal(RefusalReason.Conflict, $"API key {old.Prefix} was rotated already; {old.ReplacedBy} took its place.", $"Rotate {old.ReplacedBy}.");

        var now = time.GetUtcNow();
        if (old.ExpiresAt <= now)
            throw new Refusal(RefusalReason.Conflict, $"API key {old.Prefix} has expired.", "Make a new one.");

        var secret = ApiKeySecret.New();
        var key = old with { Prefix = ApiKeySecret.Prefix(secret)!, CreatedAt = now, CreatedBy = actor.Name, ExpiresAt = request.ExpiresAt ?? old.ExpiresAt, LastUsedAt = null };
        await InsertAsync(transaction, key, ApiKeySecret.Hash(secret), cancellationToken);
        var end = now + request.Overlap;
        var oldEnd = (old.ExpiresAt < end ? old.ExpiresAt.Value : end).ToUnixTimeMilliseconds();
        await transaction.ExecuteAsync("update api_keys set expires_at = @oldEnd, replaced_by = @next where prefix = @Prefix", new { oldEnd, next = key.Prefix, old.Prefix }, cancellationToken);
        await AuditAsync(transaction, actor, "api_key.rotated", old.Prefix, JsonSerializer.Serialize(new { replacedBy = key.Prefix, validUntil = DateTimeOffset.FromUnixTimeMilliseconds(oldEnd) }), cancellationToken);

        return new(key, secret);
    }

    /// <summary>The key with this prefix, live or not; null when there is none.</summary>
    public async Task<ApiKey?> GetAsync(string prefix, CancellationToken cancellationToken) =>
        await database.ReadAsync((transaction, token) => RowAsync(transaction, prefix, "", token), cancellationToken) is { } row ? row.ToKey() : null;

    /// <summary>The key with this secret if it is neither revoked nor expired, else null.</summary>
    public async Task<ApiKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        if (ApiKeySecret.Prefix(secret) is not { } prefix)
            return null;

        var row = await database.ReadAsync((transaction, token) => RowAsync(transaction, prefix, "", token), cancellationToken);

        if (row is null || !ApiKeySecret.Matches(secret, row.Hash))
            return null;

        var key = row.ToKey();
        var now = time.GetUtcNow();

        return key.RevokedAt is null && !(key.ExpiresAt <= now) ? await UsedAsync(key, now, cancellationToken) : null;
    }

    /// <summary>All of them, also the revoked ones, newest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<ApiKeyRow>("select * from api_keys order by created_at desc, prefix", values: null, token),
            cancellationToken);

        return [.. rows.Select(row => row.ToKey())];
    }

    /// <param name="transaction">The revocation's.</param>
    /// <param name="prefix">Whose.</param>
    /// <param name="expectedVersion">The version that the caller has seen; null: whichever it is.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Refusal">NotFound: no live key has this prefix. Stale: it is not the version that was expected.</exception>
    public async Task RevokeAsync(StateTransaction transaction, string prefix, string? expectedVersion, Actor actor, CancellationToken cancellationToken)
    {
        await LiveAsync(transaction, prefix, expectedVersion, cancellationToken);
        await transaction.ExecuteAsync(
            "update api_keys set revoked_at = @now where prefix = @prefix", new { prefix, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);
        await AuditAsync(transaction, actor, "api_key.revoked", prefix, null, cancellationToken);
    }

    private async Task<ApiKey> UsedAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - key.LastUsedAt < LastUsedPrecision)
            return key;

        await database.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync(
                "update api_keys set last_used_at = @now where prefix = @Prefix", new { now = now.ToUnixTimeMilliseconds(), key.Prefix }, token),
            cancellationToken);

        return key with { LastUsedAt = now };
    }

    /// <summary>Holds the row until the transaction ends. An expired key may still be revoked; it is not live for anything else.</summary>
    private static async Task<ApiKey> LiveAsync(StateTransaction transaction, string prefix, string? expectedVersion, CancellationToken cancellationToken)
    {
        var key = (await RowAsync(transaction, prefix, transaction.ForUpdate, cancellationToken))?.ToKey();
        if (key is null || key.RevokedAt is not null)
            throw new Refusal(RefusalReason.NotFound, $"There is no live API key {prefix}.", "List the keys to see their prefixes.");

        return expectedVersion is null || expectedVersion == key.Version
            ? key
            : throw new Refusal(RefusalReason.Stale, $"API key {prefix} was changed since you looked at it.", "Look at it again, and decide anew.");
    }

    private static Task<ApiKeyRow?> RowAsync(StateTransaction transaction, string prefix, string rowLock, CancellationToken cancellationToken) =>
        transaction.FirstOrDefaultAsync<ApiKeyRow>($"select * from api_keys where prefix = @prefix {rowLock}", new { prefix }, cancellationToken);

    private Task AuditAsync(StateTransaction transaction, Actor actor, string action, string prefix, string? detail, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            transaction, AuditEntry.By(actor, time.GetUtcNow(), action, $"api-key:{prefix}", AuditOutcome.Succeeded) with { DetailJson = detail }, cancellationToken);

    private static Task InsertAsync(StateTransaction transaction, ApiKey key, string hash, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into api_keys (prefix, name, hash, permissions, created_at, created_by, expires_at)
            values (@Prefix, @Name, @hash, @Permissions, @CreatedAt, @CreatedBy, @ExpiresAt)
            """,
            new
            {
                key.Prefix,
                key.Name,
                hash,
                Permissions = string.Join(' ', key.Permissions.Order().Select(EnumText.Of)),
                CreatedAt = key.CreatedAt.ToUnixTimeMilliseconds(),
                key.CreatedBy,
                ExpiresAt = key.ExpiresAt?.ToUnixTimeMilliseconds(),
            },
            cancellationToken);
}

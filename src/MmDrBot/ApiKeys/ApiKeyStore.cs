using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.ApiKeys;

/// <summary>The keys of the REST door. Creating and revoking one is audited in the same transaction.</summary>
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
        await AuditAsync(transaction, actor, "api_key.created", key.Prefix, cancellationToken);

        return new(key, secret);
    }

    /// <summary>The key with this secret if it is neither revoked nor expired, else null.</summary>
    public async Task<ApiKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        if (ApiKeySecret.Prefix(secret) is not { } prefix)
            return null;

        var row = await database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<ApiKeyRow>("select * from api_keys where prefix = @prefix", new { prefix }, token),
            cancellationToken);

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

    /// <exception cref="Refusal">NotFound: no live key has this prefix.</exception>
    public async Task RevokeAsync(StateTransaction transaction, string prefix, Actor actor, CancellationToken cancellationToken)
    {
        var revoked = await transaction.ExecuteAsync(
            "update api_keys set revoked_at = @now where prefix = @prefix and revoked_at is null",
            new { prefix, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken);

        if (revoked == 0)
            throw new Refusal(RefusalReason.NotFound, $"There is no live API key {prefix}.", "List the keys to see their prefixes.");

        await AuditAsync(transaction, actor, "api_key.revoked", prefix, cancellationToken);
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

    private Task AuditAsync(StateTransaction transaction, Actor actor, string action, string prefix, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            transaction, AuditEntry.By(actor, time.GetUtcNow(), action, $"api-key:{prefix}", AuditOutcome.Succeeded), cancellationToken);

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

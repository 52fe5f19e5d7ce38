using MmDrBot.Access;
using MmDrBot.ApiKeys;

namespace MmDrBot.Features.ApiAccess;

/// <summary>A key of the REST door as the doors show it, without its secret.</summary>
internal sealed record ApiKeyView
{
    /// <summary>The first 8 characters after `mmdr_`.</summary>
    public required string Prefix { get; init; }

    public required string Name { get; init; }

    /// <summary>`valid`, `expired` or `revoked`.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The prefix of the key that took its place when it was rotated.</summary>
    public string? ReplacedBy { get; init; }

    internal static ApiKeyView Of(ApiKey key, DateTimeOffset now) => new()
    {
        Prefix = key.Prefix,
        Name = key.Name,
        State = key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= now ? "expired" : "valid",
        Permissions = [.. key.Permissions.Order().Select(EnumText.Of)],
        CreatedAt = key.CreatedAt,
        CreatedBy = key.CreatedBy,
        LastUsedAt = key.LastUsedAt,
        ExpiresAt = key.ExpiresAt,
        RevokedAt = key.RevokedAt,
        ReplacedBy = key.ReplacedBy,
    };
}

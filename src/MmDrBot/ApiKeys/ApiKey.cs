using MmDrBot.Access;

namespace MmDrBot.ApiKeys;

/// <summary>A key of the REST door, without its secret.</summary>
internal sealed record ApiKey
{
    /// <summary>The first 8 characters after "mmdr_"; names the key wherever it is shown.</summary>
    public required string Prefix { get; init; }

    public required string Name { get; init; }

    public required IReadOnlySet<Permission> Permissions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public Actor ToActor() => new($"api-key:{Prefix}", Door.Rest, Permissions) { KeyOwner = CreatedBy };
}

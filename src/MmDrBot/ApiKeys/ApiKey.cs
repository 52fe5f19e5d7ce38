using System.Security.Cryptography;
using System.Text;
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

    /// <summary>The prefix of the key that took its place when it was rotated.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Changes with everything that can be changed; not with mere use.</summary>
    public string Version => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Prefix}|{ExpiresAt:O}|{RevokedAt:O}|{ReplacedBy}")))[..16];

    public Actor ToActor() => new($"api-key:{Prefix}", Door.Rest, Permissions);
}

using MmDrBot.Access;

namespace MmDrBot.ApiKeys;

/// <summary>A row of api_keys as the database holds it.</summary>
internal sealed class ApiKeyRow
{
    public string Prefix { get; init; } = "";

    public string Name { get; init; } = "";

    public string Hash { get; init; } = "";

    /// <summary>Names, parted by blanks.</summary>
    public string Permissions { get; init; } = "";

    public long CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public long? ExpiresAt { get; init; }

    public long? LastUsedAt { get; init; }

    public long? RevokedAt { get; init; }

    public string? ReplacedBy { get; init; }

    public ApiKey ToKey() => new()
    {
        Prefix = Prefix,
        Name = Name,
        Permissions = Permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(EnumText.Parse<Permission>).ToHashSet(),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        CreatedBy = CreatedBy,
        ExpiresAt = Time(ExpiresAt),
        LastUsedAt = Time(LastUsedAt),
        RevokedAt = Time(RevokedAt),
        ReplacedBy = ReplacedBy,
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}

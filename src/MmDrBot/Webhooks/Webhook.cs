namespace MmDrBot.Webhooks;

/// <summary>An address that is called when something happens.</summary>
internal sealed record Webhook
{
    /// <summary>How many there may be.</summary>
    internal const int Most = 50;

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Without its query, which may hold a secret of the receiver's.</summary>
    public required Uri Url { get; init; }

    /// <summary>The query with its question mark, sealed; null where there is none.</summary>
    public string? SealedQuery { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The key of its signatures, sealed.</summary>
    public required string SealedSecret { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Since when every attempt has failed; null when the last one did not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Since when it is turned off, or null.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>As it may be shown.</summary>
    public string Address => Url.GetLeftPart(UriPartial.Path) + (SealedQuery is null && Url.Query.Length == 0 ? "" : "?***");

    internal bool Wants(string type) => Events.Contains(WebhookEvents.All) || Events.Contains(type);
}

namespace MmDrBot.Webhooks;

/// <summary>An address that is called when something happens.</summary>
internal sealed record Webhook
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Its query may hold a secret of the receiver's: show <see cref="Address"/> instead.</summary>
    public required Uri Url { get; init; }

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

    public string Address => Url.GetLeftPart(UriPartial.Path) + (Url.Query.Length > 0 ? "?***" : "");

    internal bool Wants(string type) => Events.Contains(WebhookEvents.All) || Events.Contains(type);
}

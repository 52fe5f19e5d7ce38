namespace MmDrBot.Webhooks;

/// <summary>One event on its way to one webhook.</summary>
internal sealed record Delivery
{
    /// <summary>The header `Webhook-Id`, the same at every attempt.</summary>
    public required string Id { get; init; }

    public required string WebhookId { get; init; }

    public required string Event { get; init; }

    public required string Body { get; init; }

    public DeliveryState State { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; null when it is over.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What the last attempt came to; null before the first.</summary>
    public Attempt? Last { get; init; }
}

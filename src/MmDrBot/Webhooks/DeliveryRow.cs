using MmDrBot.Access;

namespace MmDrBot.Webhooks;

/// <summary>A row of webhook_deliveries.</summary>
internal sealed class DeliveryRow
{
    public string Id { get; init; } = "";

    public string WebhookId { get; init; } = "";

    public string Event { get; init; } = "";

    public string Body { get; init; } = "";

    public string State { get; init; } = "";

    public long Attempts { get; init; }

    public long CreatedAt { get; init; }

    public long? NextAt { get; init; }

    public long? LastAt { get; init; }

    public long? LastStatus { get; init; }

    public long? LastMs { get; init; }

    public string? LastAnswer { get; init; }

    public string? LastError { get; init; }

    internal Delivery ToDelivery() => new()
    {
        Id = Id,
        WebhookId = WebhookId,
        Event = Event,
        Body = Body,
        State = EnumText.Parse<DeliveryState>(State),
        Attempts = (int)Attempts,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        NextAt = NextAt is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null,
        LastAt = LastAt is { } last ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null,
        Last = LastAt is null ? null : new Attempt((int?)LastStatus, TimeSpan.FromMilliseconds(LastMs ?? 0), LastAnswer, LastError),
    };
}

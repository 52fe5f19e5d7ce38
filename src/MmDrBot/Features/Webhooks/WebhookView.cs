using MmDrBot.Access;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>A webhook as it is shown: without its secret, and without its URL's query, which may hold one.</summary>
internal sealed record WebhookView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>`on`, `failing` or `off`.</summary>
    public required string State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    internal static WebhookView Of(Webhook webhook) => new()
    {
        Id = webhook.Id,
        Name = webhook.Name,
        Url = webhook.Address,
        Events = webhook.Events,
        State = webhook.DisabledAt is not null ? "off" : webhook.FailingSince is not null ? "failing" : "on",
        CreatedAt = webhook.CreatedAt,
        CreatedBy = webhook.CreatedBy,
        FailingSince = webhook.FailingSince,
        DisabledAt = webhook.DisabledAt,
        DisabledReason = webhook.DisabledReason,
    };
}

/// <summary>One event on its way to one webhook.</summary>
internal sealed record DeliveryView
{
    public required string Id { get; init; }

    public required string Webhook { get; init; }

    public required string Event { get; init; }

    /// <summary>`pending`, `delivered` or `failed`.</summary>
    public required string State { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    public int? LastStatus { get; init; }

    public long? LastMilliseconds { get; init; }

    /// <summary>The first characters of the last answer.</summary>
    public string? LastAnswer { get; init; }

    public string? LastError { get; init; }

    internal static DeliveryView Of(Delivery delivery) => new()
    {
        Id = delivery.Id,
        Webhook = delivery.WebhookId,
        Event = delivery.Event,
        State = EnumText.Of(delivery.State),
        Attempts = delivery.Attempts,
        CreatedAt = delivery.CreatedAt,
        NextAt = delivery.NextAt,
        LastAt = delivery.LastAt,
        LastStatus = delivery.Last?.Status,
        LastMilliseconds = (long?)delivery.Last?.Duration.TotalMilliseconds,
        LastAnswer = delivery.Last?.Answer,
        LastError = delivery.Last?.Error,
    };
}

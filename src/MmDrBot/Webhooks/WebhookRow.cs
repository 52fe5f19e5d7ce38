namespace MmDrBot.Webhooks;

/// <summary>A row of webhooks.</summary>
internal sealed class WebhookRow
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Url { get; init; } = "";

    public string? Query { get; init; }

    public string Events { get; init; } = "";

    public string Secret { get; init; } = "";

    public long CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public long? FailingSince { get; init; }

    public long? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    internal Webhook ToWebhook() => new()
    {
        Id = Id,
        Name = Name,
        Url = new Uri(Url),
        SealedQuery = Query,
        Events = Events.Split(' '),
        SealedSecret = Secret,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        CreatedBy = CreatedBy,
        FailingSince = FailingSince is { } failing ? DateTimeOffset.FromUnixTimeMilliseconds(failing) : null,
        DisabledAt = DisabledAt is { } disabled ? DateTimeOffset.FromUnixTimeMilliseconds(disabled) : null,
        DisabledReason = DisabledReason,
    };
}

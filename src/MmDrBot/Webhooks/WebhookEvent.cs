namespace MmDrBot.Webhooks;

/// <summary>Something that happened. The data names no person: ids, states and counts only.</summary>
/// <param name="Type">One of <see cref="WebhookEvents"/>.</param>
/// <param name="Data">What its JSON document holds.</param>
internal sealed record WebhookEvent(string Type, object Data);

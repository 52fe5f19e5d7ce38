namespace MmDrBot.Mattermost;

/// <summary>A button below an attachment. Anybody who may read the post may click it.</summary>
public sealed record PostAction
{
    /// <summary>Letters and digits alone: with anything else a click is answered 404.</summary>
    public required string Id { get; init; }

    /// <summary><c>button</c>, or <c>select</c> for a menu.</summary>
    public string Type { get; init; } = "button";

    /// <summary>What stands on it.</summary>
    public required string Name { get; init; }

    /// <summary><c>default</c>, <c>primary</c>, <c>success</c>, <c>good</c>, <c>warning</c> or <c>danger</c>; null is <c>default</c>.</summary>
    public string? Style { get; init; }

    /// <summary>Whom a click calls. Kept from clients in posts; the answer to a slash command shows it to who typed the command.</summary>
    public required PostActionIntegration Integration { get; init; }
}

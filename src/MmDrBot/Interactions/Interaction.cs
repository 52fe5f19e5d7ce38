using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>A click or a form that was found good: signed, in time, by its audience, and used up.</summary>
internal sealed record Interaction(Invitation Invitation, Actor Actor)
{
    public required string ChannelId { get; init; }

    /// <summary>Of the button's post; null for a form.</summary>
    public string? PostId { get; init; }

    /// <summary>Opens a form within three seconds; null for a form.</summary>
    public string? TriggerId { get; init; }

    /// <summary>What a form holds, by field; empty fields are left out.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>What was given along when the invitation was issued.</summary>
    public string? ReplyToJson { get; init; }
}

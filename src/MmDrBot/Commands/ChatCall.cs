using MmDrBot.Access;

namespace MmDrBot.Commands;

/// <summary>Words behind `/dr`, whether they were typed, clicked or put into a form.</summary>
internal sealed record ChatCall(IReadOnlyList<string> Words, Actor Actor, ReplyTo ReplyTo)
{
    /// <summary>Opens a form within three seconds; null where none can be opened.</summary>
    public string? TriggerId { get; init; }
}

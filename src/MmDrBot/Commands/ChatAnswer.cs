using MmDrBot.Interactions;

namespace MmDrBot.Commands;

/// <summary>What a person is answered, and nobody else sees.</summary>
internal sealed record ChatAnswer(string Text)
{
    /// <summary>A form came up instead.</summary>
    internal static ChatAnswer Nothing { get; } = new("");

    public IReadOnlyList<Button> Buttons { get; init; } = [];

    /// <summary>Whether it may stand in no post that is kept.</summary>
    public bool IsSecret { get; init; }
}

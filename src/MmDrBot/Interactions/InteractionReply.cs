namespace MmDrBot.Interactions;

/// <summary>What is told to whoever clicked or submitted, and to nobody else.</summary>
internal sealed record InteractionReply
{
    /// <summary>Markdown; null: nothing.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the text may stand in no post that is kept.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What is wrong with a form as a whole; it stays open, and can be sent again.</summary>
    public string? Error { get; init; }

    /// <summary>What is wrong with its fields, by name.</summary>
    public IReadOnlyDictionary<string, string>? FieldErrors { get; init; }

    /// <summary>Whether nobody was invited to this; then nobody is told later either.</summary>
    public bool IsUninvited { get; init; }

    internal bool IsRejected => Error is not null || FieldErrors is { Count: > 0 };

    internal static InteractionReply Of(string? text) => new() { Text = text };
}

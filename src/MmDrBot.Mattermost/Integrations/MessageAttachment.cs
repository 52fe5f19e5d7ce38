namespace MmDrBot.Mattermost;

/// <summary>A coloured box below a message.</summary>
public sealed record MessageAttachment
{
    /// <summary>Plain text for clients that show no attachments, such as notifications.</summary>
    public string? Fallback { get; init; }

    /// <summary><c>#rrggbb</c>.</summary>
    public string? Color { get; init; }

    /// <summary>The heading.</summary>
    public string? Title { get; init; }

    /// <summary>Markdown.</summary>
    public string? Text { get; init; }

    /// <summary>A table below the text.</summary>
    public IReadOnlyList<AttachmentField>? Fields { get; init; }

    /// <summary>Buttons below all of it.</summary>
    public IReadOnlyList<PostAction>? Actions { get; init; }
}

namespace MmDrBot.Mattermost;

/// <summary>A form over the client's window. The server checks neither titles nor elements; clients do.</summary>
public sealed record Dialog
{
    /// <summary>Comes back with the submission.</summary>
    public string CallbackId { get; init; } = "";

    /// <summary>At most <see cref="MattermostLimits.DialogTitle"/> characters.</summary>
    public required string Title { get; init; }

    /// <summary>Markdown above the fields.</summary>
    public string? IntroductionText { get; init; }

    /// <summary>The fields; a form without any is a question.</summary>
    public IReadOnlyList<DialogElement> Elements { get; init; } = [];

    /// <summary>What stands on the button.</summary>
    public string? SubmitLabel { get; init; }

    /// <summary>Whether a form that is closed is told of too.</summary>
    public bool NotifyOnCancel { get; init; }

    /// <summary>Comes back with the submission, by way of the client, which can change it.</summary>
    public string State { get; init; } = "";
}

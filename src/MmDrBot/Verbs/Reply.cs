using MmDrBot.Interactions;

namespace MmDrBot.Verbs;

/// <summary>What a verb has to say; each face draws it in its own way.</summary>
internal sealed record Reply
{
    /// <summary>Sentences, one a line; may hold Markdown's `code` and **strong**.</summary>
    public string? Text { get; init; }

    /// <summary>A document for another program, shown as it is: CSV, JSON lines.</summary>
    public string? Raw { get; init; }

    public ReplyTable? Table { get; init; }

    /// <summary>Below the table.</summary>
    public string? Footer { get; init; }

    /// <summary>What is wrong with the answer itself; a terminal says it on standard error.</summary>
    public string? Warning { get; init; }

    /// <summary>What one may do next; chat draws those that its reader may click.</summary>
    public IReadOnlyList<Button> Buttons { get; init; } = [];

    /// <summary>Whether it holds what may stand in no post that is kept, such as a password.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The document that `--json` prints.</summary>
    public required object Json { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Whether the text tells of a failure; a terminal keeps that out of what a pipe gets.</summary>
    public bool IsFailure { get; init; }

    internal static Reply Of(string text, object json) => new() { Text = text, Json = json };
}

using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>A field of a <see cref="Dialog"/>.</summary>
public sealed record DialogElement
{
    /// <summary>The label, at most <see cref="MattermostLimits.DialogTitle"/> characters.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Its name in the submission.</summary>
    public required string Name { get; init; }

    /// <summary><c>text</c>, <c>textarea</c>, <c>select</c> or <c>bool</c>; the kinds that every release knows.</summary>
    public required string Type { get; init; }

    /// <summary>For a text: <c>password</c>, <c>number</c> and so on.</summary>
    public string? Subtype { get; init; }

    /// <summary>What it holds at first; <c>true</c> or <c>false</c> for a check box.</summary>
    [JsonPropertyName("default")]
    public string? Initial { get; init; }

    /// <summary>Shown while it is empty; beside a check box.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Below the field.</summary>
    public string? HelpText { get; init; }

    /// <summary>Whether it may stay empty.</summary>
    public bool Optional { get; init; }

    /// <summary>In characters; up to 150 for a text, 3000 for a longer one.</summary>
    public int? MaxLength { get; init; }

    /// <summary><c>users</c> or <c>channels</c> for a menu of those; one can be chosen, and comes back as its id.</summary>
    public string? DataSource { get; init; }

    /// <summary>What a menu offers.</summary>
    public IReadOnlyList<DialogOption>? Options { get; init; }
}

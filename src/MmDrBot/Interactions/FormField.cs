namespace MmDrBot.Interactions;

/// <summary>A field of a form.</summary>
/// <param name="Name">In the submission; for a verb an option such as `--ticket`, or an argument's name.</param>
/// <param name="Label">At most 24 characters.</param>
/// <param name="Kind">What can be put in.</param>
internal sealed record FormField(string Name, string Label, FormFieldKind Kind)
{
    public bool Optional { get; init; }

    public string? Help { get; init; }

    public string? Placeholder { get; init; }

    public string? Initial { get; init; }

    /// <summary>What a menu offers: text and value.</summary>
    public IReadOnlyList<(string Text, string Value)> Choices { get; init; } = [];

    public int? MaxLength { get; init; }

    /// <summary>The property of the request whose faults are shown here; null where none is.</summary>
    public string? Property { get; init; }

    /// <summary>A value as the field holds it; null when it can't.</summary>
    internal string? Taken(string value) => Kind switch
    {
        FormFieldKind.Person => null,
        FormFieldKind.Choice => Choices.FirstOrDefault(choice => choice.Value.Equals(value, StringComparison.OrdinalIgnoreCase)).Value,
        FormFieldKind.Yes => value.ToLowerInvariant(),
        _ => value.Length <= (MaxLength ?? int.MaxValue) ? value : null,
    };
}

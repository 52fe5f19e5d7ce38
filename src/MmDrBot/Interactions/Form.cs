using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>A dialog: what it asks, and who may see it.</summary>
/// <param name="Title">At most 24 characters.</param>
/// <param name="Permission">Asked for before it is shown; the use case asks again.</param>
internal sealed record Form(string Title, Permission Permission)
{
    /// <summary>The option that does nothing but open a verb's form.</summary>
    internal const string Ask = "--ask";

    public string? Introduction { get; init; }

    public required string Submit { get; init; }

    public required IReadOnlyList<FormField> Fields { get; init; }

    /// <summary>The same with values in it; what a field does not take is passed over.</summary>
    internal Form With(IReadOnlyList<(string Field, string Value)> values) => this with
    {
        Fields = [.. Fields.Select(field => values.FirstOrDefault(value => value.Field == field.Name).Value is { Length: > 0 } given && field.Taken(given) is { } taken ? field with { Initial = taken } : field)],
    };
}

using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>A dialog: what it asks, and who may see it.</summary>
/// <param name="Title">At most 24 characters.</param>
/// <param name="Permission">Asked for before it is shown; the use case asks again.</param>
internal sealed record Form(string Title, Permission Permission)
{
    public string? Introduction { get; init; }

    public required string Submit { get; init; }

    public required IReadOnlyList<FormField> Fields { get; init; }

    /// <summary>The same with values in it; null and what a menu does not offer are passed over.</summary>
    internal Form With(params (string Field, string? Value)[] values) => this with
    {
        Fields = [.. Fields.Select(field => values.FirstOrDefault(value => value.Field == field.Name).Value is { Length: > 0 } given && field.Takes(given) ? field with { Initial = given } : field)],
    };
}

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
}

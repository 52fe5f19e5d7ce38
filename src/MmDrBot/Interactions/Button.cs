using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>A button that runs a verb, as if its words were typed by whoever clicks.</summary>
/// <param name="Label">What stands on it.</param>
/// <param name="Words">The verb's words with arguments, such as `cancel` and a job's id.</param>
/// <param name="Permission">Who may click; the use case asks again.</param>
internal sealed record Button(string Label, IReadOnlyList<string> Words, [property: JsonConverter(typeof(SnakeCaseEnum<Permission>))] Permission Permission)
{
    /// <summary>Whether a click changes something: then it works once, and stands only in posts of the bot.</summary>
    public bool ChangesState { get; init; }

    /// <summary>For what can't be undone easily.</summary>
    public bool IsDangerous { get; init; }

    /// <summary>The handler; that of verbs if nothing else is said.</summary>
    public string Handler { get; init; } = VerbHandler;

    internal const string VerbHandler = "verb";
}

using System.CommandLine;
using System.CommandLine.Completions;

namespace MmDrBot.Cli.Completion;

/// <summary>An option, and what may follow it.</summary>
internal sealed record OptionWord(string Name, string Description, bool TakesValue, IReadOnlyList<string> Values, PathKind Path)
{
    internal static OptionWord Of(Option option) => new(
        option.Name,
        Place.FirstSentence(HelpText.DescriptionOf(option)),
        HelpText.TakesValue(option),
        HelpText.TakesValue(option) ? [.. option.GetCompletions(CompletionContext.Empty).Select(item => item.Label.ToLowerInvariant())] : [],
        option.HelpName switch { "FILE" => PathKind.File, "DIR" => PathKind.Directory, _ => PathKind.None });
}

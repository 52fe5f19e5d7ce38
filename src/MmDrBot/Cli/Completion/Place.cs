using System.CommandLine;
using System.CommandLine.Completions;

namespace MmDrBot.Cli.Completion;

/// <summary>Where a command line may stand, and which words may follow there.</summary>
/// <param name="Path">The words of the command so far, such as `repository check`; empty at the start.</param>
/// <param name="Words">Commands, and values of an argument.</param>
/// <param name="Options">What begins with a dash.</param>
internal sealed record Place(string Path, IReadOnlyList<Word> Words, IReadOnlyList<OptionWord> Options)
{
    internal static IReadOnlyList<Place> AllOf(Command root) => [.. Below(root, "")];

    private static IEnumerable<Place> Below(Command command, string path)
    {
        yield return Of(command, path);
        foreach (var place in command.Subcommands.SelectMany(sub => Below(sub, $"{path} {sub.Name}".Trim())))
        {
            yield return place;
        }
    }

    private static Place Of(Command command, string path)
    {
        var commands = command.Subcommands.Select(sub => new Word(sub.Name, FirstSentence(sub.Description)));
        var values = command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(item => new Word(item.Label, ""));
        var help = path.Length == 0 ? [new Word("help", "Explains a command.")] : Array.Empty<Word>();
        return new Place(path, [.. commands, .. values, .. help], [.. HelpText.OptionsOf(command).Select(OptionWord.Of)]);
    }

    internal static string FirstSentence(string? text) => text is null ? "" : text.Split(". ")[0].Split('\n')[0].TrimEnd('.');
}

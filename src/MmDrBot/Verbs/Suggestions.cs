using System.CommandLine;

namespace MmDrBot.Verbs;

/// <summary>Guesses which verb or option a mistyped word meant.</summary>
internal static class Suggestions
{
    private const int Near = 2;
    private const int LongestName = 64;

    /// <summary>A sentence with a blank behind it, or nothing.</summary>
    internal static string For(ParseResult parsed, VerbTree tree)
    {
        var nearest = Mistakes.MistypedWord(parsed) is { } word ? $"{PathOf(parsed.CommandResult.Command)} {word.Meant}"
            : Mistakes.UnknownOption(parsed) is { } option ? Nearest(option, OptionsOf(parsed.CommandResult.Command))
            : parsed.UnmatchedTokens.Count > 0 ? NearestVerb(parsed, tree)
            : null;
        return nearest is null ? "" : $"Did you mean `{nearest}`? ";
    }

    /// <summary>The word alone, or behind the words that were understood: `repository chekc`.</summary>
    private static string? NearestVerb(ParseResult parsed, VerbTree tree)
    {
        var paths = tree.Verbs.Values.Select(verb => verb.Path).Concat(tree.Root.Subcommands.Select(command => command.Name)).Distinct().ToArray();
        var (word, before) = (parsed.UnmatchedTokens[0].ToLowerInvariant(), PathOf(parsed.CommandResult.Command));
        return Nearest(before.Length > 0 ? $"{before} {word}" : word, paths) ?? Nearest(word, paths)
            ?? paths.FirstOrDefault(path => path.Split(' ')[^1].Equals(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The words that lead to a command, without the program's own.</summary>
    internal static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}".Trim() : "";

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive))).Select(option => option.Name);

    /// <summary>The same for the words of a path.</summary>
    internal static string For(string words, VerbTree tree)
    {
        var nearest = Nearest(words.ToLowerInvariant(), tree.Verbs.Values.Select(verb => verb.Path).Concat(tree.Root.Subcommands.Select(command => command.Name)));
        return nearest is null ? "" : $"Did you mean `{nearest}`? ";
    }

    /// <summary>Of some words the one that was most likely meant; null when none is near.</summary>
    internal static string? Nearest(string typed, IEnumerable<string> words) =>
        typed.Length > LongestName ? null : words.Select(word => (Word: word, Distance: Distance(typed, word))).OrderBy(item => item.Distance).FirstOrDefault(item => item.Distance <= Near).Word;

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}

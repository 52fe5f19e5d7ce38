using System.CommandLine;

namespace MmDrBot.Verbs;

/// <summary>Guesses which verb a mistyped word meant.</summary>
internal static class Suggestions
{
    private const int Near = 2;
    private const int LongestName = 64;

    /// <summary>A sentence with a blank behind it, or nothing.</summary>
    internal static string For(ParseResult parsed, VerbTree tree)
    {
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return "";
        }

        var before = new List<string>();
        for (var command = parsed.CommandResult; command.Parent is System.CommandLine.Parsing.CommandResult parent; command = parent)
        {
            before.Insert(0, command.Command.Name);
        }

        return For(string.Join(' ', before.Append(parsed.UnmatchedTokens[0])), tree);
    }

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

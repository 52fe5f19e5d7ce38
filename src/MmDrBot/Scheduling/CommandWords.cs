using System.Text;
using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>A command as one line of text, and as words: blanks part words, quotes keep them together.</summary>
internal static class CommandWords
{
    internal const int Longest = 1000;

    /// <exception cref="Refusal">Invalid: a quote is not closed, or there are no words, or too many.</exception>
    internal static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var letter in text)
        {
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                Take(words, ref word);
            }
            else if (quote == '\0' && letter is ('"' or '\''))
            {
                (quote, word) = (letter, word ?? new StringBuilder());
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else
            {
                word = (word ?? new StringBuilder()).Append(letter);
            }
        }

        Take(words, ref word);
        return quote == '\0' && words.Count > 0 && text.Length <= Longest ? words : throw Refused(text, quote);
    }

    /// <summary>Such that <see cref="Split"/> gives the words again.</summary>
    internal static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static void Take(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
        }

        word = null;
    }

    private static string Quoted(string word) =>
        word.Length > 0 && !word.Any(letter => char.IsWhiteSpace(letter) || letter is '"' or '\'') ? word
        : !word.Contains('"', StringComparison.Ordinal) ? $"\"{word}\""
        : !word.Contains('\'', StringComparison.Ordinal) ? $"'{word}'"
        : string.Join("'\"'", word.Split('"').Select(part => $"\"{part}\""));

    private static Refusal Refused(string text, char quote)
    {
        var message = quote != '\0' ? $"A {quote} in the command is not closed." : text.Length > Longest ? $"A command has at most {Longest} characters." : "Say what is to run.";
        return new Refusal(RefusalReason.Invalid, message, "For instance `backup --label nightly`.") { Faults = [new RefusalFault("Command", message)] };
    }
}

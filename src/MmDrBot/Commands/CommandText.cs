using System.Text;

namespace MmDrBot.Commands;

/// <summary>Splits what was typed behind `/dr` into words, forgiving what phones make of quotes and dashes.</summary>
internal static class CommandText
{
    internal static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words;
            }

            words.Add(ReadWord(text, ref at));
        }
    }

    private static string ReadWord(string text, ref int at)
    {
        var word = new StringBuilder();
        ReadDashes(text, ref at, word);
        var closing = '\0';
        for (; at < text.Length && (closing != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            var character = text[at];
            if (closing != '\0' && Straight(character) == closing)
            {
                closing = '\0';
            }
            else if (closing == '\0' && (Straight(character) == '"' || (Straight(character) is '\'' or '`' && IsAtStart(word))))
            {
                closing = Straight(character);
            }
            else
            {
                word.Append(character);
            }
        }

        return word.ToString();
    }

    /// <summary>Phones turn two hyphens into one long dash.</summary>
    private static void ReadDashes(string text, ref int at, StringBuilder word)
    {
        if (text[at] is '\u2014' or '\u2013' or '\u2212' && at + 1 < text.Length && char.IsLetter(text[at + 1]))
        {
            word.Append("--");
            at++;
        }
    }

    /// <summary>An apostrophe within a word is no quote; one that begins a word or an option's value is.</summary>
    private static bool IsAtStart(StringBuilder word) => word.Length == 0 || word[^1] == '=';

    private static char Straight(char character) => character switch
    {
        '\u201c' or '\u201d' or '\u201e' or '\u201f' or '\u00ab' or '\u00bb' => '"',
        '\u2018' or '\u2019' or '\u201a' or '\u201b' => '\'',
        _ => character,
    };
}

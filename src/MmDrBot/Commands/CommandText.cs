using System.Globalization;
using System.Text;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>Splits what was typed behind `/dr` into words, forgiving what phones make of quotes, dashes and ends of sentences.</summary>
internal static class CommandText
{
    private static readonly char[] Ends = ['.', ',', ';', ':', '!', '?', '\u3002', '\uff0e', '\uff01', '\uff1f'];

    internal static IReadOnlyList<string> Split(string text) => Split(text, []);

    /// <param name="text">Behind the trigger.</param>
    /// <param name="mentions">Accounts that Mattermost found in it: their names may end as a sentence does.</param>
    internal static IReadOnlyList<string> Split(string text, IReadOnlyList<SlashMention> mentions)
    {
        var words = new List<CommandWord>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && IsBetween(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return Tidy(words, mentions);
            }

            words.Add(ReadWord(text, ref at));
        }
    }

    private static CommandWord ReadWord(string text, ref int at)
    {
        var word = new StringBuilder();
        var quoted = false;
        ReadDashes(text, ref at, word);
        var closing = '\0';
        for (; at < text.Length && (closing != '\0' || !IsBetween(text[at])); at++)
        {
            var character = text[at];
            if (closing != '\0' && Straight(character) == closing)
            {
                closing = '\0';
            }
            else if (closing == '\0' && (Straight(character) == '"' || (Straight(character) is '\'' or '`' && IsAtStart(word))))
            {
                closing = Straight(character);
                quoted = true;
            }
            else if (closing != '\0')
            {
                word.Append(character);
            }
            else if (!IsInvisible(character))
            {
                word.Append(Plain(character));
            }
        }

        return new CommandWord(word.ToString(), quoted);
    }

    /// <summary>Phones turn two hyphens into one long dash, and some into a long and a short one. Alone it ends the options, as `--` does.</summary>
    private static void ReadDashes(string text, ref int at, StringBuilder word)
    {
        var end = at;
        while (end < text.Length && IsDash(text[end]))
        {
            end++;
        }

        var isLong = end - at > 1 || (end > at && text[at] is not '-');
        if (isLong && (end == text.Length || IsBetween(text[end]) || char.IsLetter(text[end])))
        {
            word.Append("--");
            at = end;
        }
    }

    private static List<string> Tidy(List<CommandWord> words, IReadOnlyList<SlashMention> mentions)
    {
        var tidy = new List<string>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            var (text, quoted) = words[i];
            tidy.Add(quoted ? text : text.StartsWith('@') ? Mention(text, mentions) : i == words.Count - 1 ? WithoutEnd(text) : Option(text));
        }

        return tidy;
    }

    /// <summary>Mattermost tells whom it found: `@bob.` may be somebody's name, or Bob at the end of a sentence.</summary>
    private static string Mention(string word, IReadOnlyList<SlashMention> mentions) =>
        mentions.Any(mention => string.Equals(mention.Name, word[1..], StringComparison.OrdinalIgnoreCase)) ? word : WithoutEnd(word);

    private static string WithoutEnd(string word) => Option(word.TrimEnd(Ends) is { Length: > 1 } rest ? rest : word);

    /// <summary>Options are written small; keyboards like to begin words with a capital.</summary>
    private static string Option(string word)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            return word;
        }

        var end = word.IndexOf('=', StringComparison.Ordinal) is var found and >= 0 ? found : word.Length;
        return word[..end].ToLowerInvariant() + word[end..];
    }

    /// <summary>An apostrophe within a word is no quote; one that begins a word or an option's value is.</summary>
    private static bool IsAtStart(StringBuilder word) => word.Length == 0 || word[^1] == '=';

    private static bool IsBetween(char character) => char.IsWhiteSpace(character);

    /// <summary>Marks of direction, joiners and the like, which copying from elsewhere brings along.</summary>
    private static bool IsInvisible(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Format;

    private static bool IsDash(char character) => character is '-' or '\uff0d' or '\u2212' or (>= '\u2010' and <= '\u2015');

    /// <summary>Full-width letters and digits, and dashes that are no hyphens.</summary>
    private static char Plain(char character) => character switch
    {
        '\u2014' or '\u2015' => character,
        _ when IsDash(character) => '-',
        >= '\uff01' and <= '\uff5e' => (char)(character - 0xfee0),
        _ => character,
    };

    private static char Straight(char character) => character switch
    {
        '\u201c' or '\u201d' or '\u201e' or '\u201f' or '\u00ab' or '\u00bb' or '\uff02' => '"',
        '\u2018' or '\u2019' or '\u201a' or '\u201b' or '\uff07' => '\'',
        _ => character,
    };

    private readonly record struct CommandWord(string Text, bool Quoted);
}

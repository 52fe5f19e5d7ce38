using System.Text;

namespace MmDrBot.TestKit.Samples;

/// <summary>Text that compresses and indexes about as chat does: some thousand words, the first ones far more often.</summary>
internal static class SampleText
{
    private static readonly string[] Syllables =
        ["ta", "ne", "ri", "so", "mu", "ka", "lo", "ber", "shi", "ven", "dra", "pol", "gen", "ist", "ow", "qua", "fer", "lin", "ze", "hap"];

    private static readonly string[] Spices =
        ["😀", "naïve", "日本語", "`code`", "\"quoted\"", "C:\\temp\\new", "a\tb", "first\nsecond", "@all", "#topic", "100 %", "{\"a\":1}", "https://example.org/x?y=1&z=2"];

    private static readonly string[] Words = MakeWords();
    private static readonly byte[][] EncodedWords = Array.ConvertAll(Words, word => Encoding.ASCII.GetBytes(word + ' '));

    public static string Word(ref SampleRandom random) => Words[Rank(ref random)];

    /// <summary>One message: a median of 27 words, rarely hundreds.</summary>
    public static void AppendMessage(StringBuilder text, ref SampleRandom random)
    {
        var count = Math.Clamp((int)random.NextLogNormal(27, 0.9), 1, 2000);

        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : " ").Append(Word(ref random));
        }

        if (random.Chance(0.1))
        {
            text.Append(' ').Append(Spices[random.Next(Spices.Length)]);
        }
    }

    /// <summary>Fills a buffer with words.</summary>
    public static void Fill(Span<byte> bytes, ref SampleRandom random)
    {
        while (bytes.Length > 0)
        {
            var word = EncodedWords[Rank(ref random)];
            var length = Math.Min(word.Length, bytes.Length);
            word.AsSpan(0, length).CopyTo(bytes);
            bytes = bytes[length..];
        }
    }

    private static int Rank(ref SampleRandom random)
    {
        var share = random.NextDouble();

        return (int)(share * share * share * Words.Length);
    }

    private static string[] MakeWords()
    {
        var random = new SampleRandom(7);
        var words = new string[6000];

        for (var i = 0; i < words.Length; i++)
        {
            var syllables = 1 + random.Next(i < 200 ? 2 : 4);
            words[i] = string.Concat(Enumerable.Range(0, syllables).Select(_ => Syllables[random.Next(Syllables.Length)]));
        }

        return words;
    }
}

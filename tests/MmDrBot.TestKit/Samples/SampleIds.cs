namespace MmDrBot.TestKit.Samples;

/// <summary>Ids as Mattermost makes them: 26 letters of z-base-32. Any of them can be computed without the others.</summary>
internal static class SampleIds
{
    private const string Alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";

    public static string Make(int seed, SampleKind kind, long index)
    {
        var random = SampleRandom.For(seed, kind, index);

        return string.Create(26, (random.NextUInt64(), random.NextUInt64()), static (letters, bits) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = Alphabet[(int)((i < 13 ? bits.Item1 >> (5 * i) : bits.Item2 >> (5 * (i - 13))) & 31)];
            }
        });
    }
}

namespace MmDrBot.Access;

/// <summary>Crockford's base 32 in lower case: no i, l, o, u, and it sorts as the bytes do.</summary>
internal static class Base32
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Writes the bits most significant first; the last character is padded with zero bits.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + 4) / 5];

        for (var i = 0; i < text.Length; i++)
        {
            var bit = i * 5;
            var high = bytes[bit / 8] << 8;
            var low = bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0;
            text[i] = Alphabet[((high | low) >> (11 - bit % 8)) & 31];
        }

        return new string(text);
    }
}

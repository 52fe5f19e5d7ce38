using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MmDrBot.Access;

/// <summary>Ids of jobs, conversions, deliveries: 48 bits of Unix milliseconds and 80 random ones, so that ids sort by time.</summary>
internal static class TimedId
{
    private const int Length = 26;

    /// <summary>Whether it looks like one.</summary>
    public static bool IsWhole(string text) => text.Length == Length && text.All(letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter));

    public static string New(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bytes[6..]);

        return Base32.Encode(bytes);
    }
}

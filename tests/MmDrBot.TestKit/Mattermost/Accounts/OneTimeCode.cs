using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The six digits of a second factor: RFC 6238 with SHA-1 and 30 seconds.</summary>
public static class OneTimeCode
{
    private const long StepMilliseconds = 30_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A secret of 32 characters.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Alphabet, 32);

    /// <summary>The code at a moment.</summary>
    public static string At(string secret, long unixMilliseconds)
    {
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, unixMilliseconds / StepMilliseconds);
#pragma warning disable CA5350 // what authenticator apps use
        var hash = HMACSHA1.HashData(Decode(secret), step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & 0x7FFF_FFFF;

        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    internal static bool Fits(string secret, string code, long unixMilliseconds) =>
        new[] { -1, 0, 1 }.Any(drift => At(secret, unixMilliseconds + (drift * StepMilliseconds)) == code);

    private static byte[] Decode(string secret)
    {
        var bytes = new byte[secret.Length * 5 / 8];

        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var digit = Alphabet.IndexOf(secret[bit / 5], StringComparison.Ordinal);
            bytes[bit / 8] |= (byte)(((digit >> (4 - (bit % 5))) & 1) << (7 - (bit % 8)));
        }

        return bytes;
    }
}

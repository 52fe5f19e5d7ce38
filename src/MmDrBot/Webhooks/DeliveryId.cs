using System.Buffers.Binary;
using System.Security.Cryptography;
using MmDrBot.Access;

namespace MmDrBot.Webhooks;

/// <summary>Ids that sort by time, as those of jobs do: 48 bits of Unix milliseconds and 80 random ones.</summary>
internal static class DeliveryId
{
    internal static string New(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bytes[6..]);
        return Base32.Encode(bytes);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;

namespace MmDrBot.Audit;

/// <summary>
/// The hash of one entry: SHA-256 over "mmdr-audit-1", the previous hash, seq and time as 64-bit integers, and every text as a
/// 32-bit length and its UTF-8 bytes (length -1: no text). Integers are big-endian.
/// </summary>
internal static class AuditHash
{
    public static string Of(long seq, AuditEntry entry, string previousHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("mmdr-audit-1"u8);
        Append(hash, previousHash);
        Append(hash, seq);
        Append(hash, entry.At.ToUnixTimeMilliseconds());
        Append(hash, entry.Actor);
        Append(hash, EnumText.Of(entry.Door));
        Append(hash, entry.Action);
        Append(hash, entry.Target);
        Append(hash, EnumText.Of(entry.Outcome));
        Append(hash, entry.DetailJson);
        Append(hash, entry.Reference);

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

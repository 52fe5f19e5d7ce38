using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>The fixed numbers of a pack and how its parts are read (docs/design.md, "Packs").</summary>
internal static class PackFormat
{
    internal const int MaximumSize = 32 << 20;
    internal const int TagLength = 16;

    /// <summary>The codec's byte and the tag.</summary>
    internal const int BlobOverhead = 1 + TagLength;

    internal const byte Raw = 0, Compressed = 1;

    internal static void Nonce(Span<byte> nonce, int blob)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt32BigEndian(nonce[8..], blob);
    }

    /// <summary>Reads the trailer of a pack; its records fill the pack exactly.</summary>
    /// <param name="key">The repository's key.</param>
    /// <param name="header">The first 40 bytes.</param>
    /// <param name="end">The pack's end, or as much of it as the trailer needs.</param>
    /// <param name="size">The pack's size.</param>
    /// <param name="name">The pack's name, for messages.</param>
    /// <param name="proven">Whether the pack was compared with the hash in its name.</param>
    internal static BlobRecord[] ReadTrailer(MasterKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> end, long size, string name, bool proven)
    {
        var salt = ObjectHeader.Read(header, ObjectKind.Pack, name, proven);
        var length = TrailerLength(end, size, name);
        if (length + 4 > end.Length)
        {
            throw EngineException.Damaged(name, "its end does not say where its list of blobs begins");
        }

        var trailer = end[^(4 + length)..^4];
        var plain = new byte[length - TagLength];
        Span<byte> nonce = stackalloc byte[12];
        nonce.Fill(0xff);
        using var cipher = key.CipherFor(ObjectKind.Pack, salt);
        try
        {
            cipher.Decrypt(nonce, trailer[..^TagLength], trailer[^TagLength..], plain, header[..ObjectHeader.Length]);
        }
        catch (AuthenticationTagMismatchException failure)
        {
            throw EngineException.Damaged(name, "the authentication tag of its list of blobs does not fit", failure);
        }

        var records = BlobRecord.ReadAll(plain, name);
        return records.Sum(record => (long)record.Stored) == size - ObjectHeader.Length - 4 - length
            ? records
            : throw EngineException.Damaged(name, "its list of blobs does not add up to its length");
    }

    /// <summary>The trailer's length as the last four bytes tell it.</summary>
    internal static int TrailerLength(ReadOnlySpan<byte> end, long size, string name)
    {
        var length = end.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(end[^4..]);
        return length >= TagLength && length <= size - ObjectHeader.Length - 4
            ? length
            : throw EngineException.Damaged(name, "its end does not say where its list of blobs begins");
    }
}

using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>Small encrypted objects: header, then one AES-256-GCM message of one zstd frame (docs/design.md, "Sealed objects").</summary>
internal static class SealedObject
{
    internal const int MaximumContent = 1 << 30;
    private const int TagLength = 16;

    internal static byte[] Seal(MasterKey key, ObjectKind kind, ReadOnlySpan<byte> content)
    {
        using var zstd = new Zstd();
        var frame = new byte[Zstd.Bound(content.Length)];
        var length = zstd.Compress(content, frame);
        var stored = new byte[ObjectHeader.Length + length + TagLength];
        var header = stored.AsSpan(0, ObjectHeader.Length);
        ObjectHeader.Write(header, kind);
        using var cipher = key.CipherFor(kind, header[8..]);
        cipher.Encrypt(stackalloc byte[12], frame.AsSpan(0, length), stored.AsSpan(ObjectHeader.Length, length), stored.AsSpan(stored.Length - TagLength), header);
        return Open(key, kind, stored, "the new object").AsSpan().SequenceEqual(content)
            ? stored
            : throw new InvalidDataException("An object did not decode to what was put in; nothing was written. The memory of this machine may be faulty.");
    }

    internal static byte[] Open(MasterKey key, ObjectKind kind, ReadOnlySpan<byte> stored, string name)
    {
        var salt = ObjectHeader.Read(stored, kind, name);
        if (stored.Length < ObjectHeader.Length + TagLength)
        {
            throw EngineException.Damaged(name, "it is cut short");
        }

        var frame = new byte[stored.Length - ObjectHeader.Length - TagLength];
        using var cipher = key.CipherFor(kind, salt);
        try
        {
            cipher.Decrypt(stackalloc byte[12], stored[ObjectHeader.Length..^TagLength], stored[^TagLength..], frame, stored[..ObjectHeader.Length]);
        }
        catch (AuthenticationTagMismatchException failure)
        {
            throw EngineException.Damaged(name, "its authentication tag does not fit", failure);
        }

        var size = Zstd.ContentSize(frame);
        if (size is < 0 or > MaximumContent)
        {
            throw EngineException.Damaged(name, "its compressed content does not say a sensible length");
        }

        using var zstd = new Zstd();
        var content = new byte[size];
        zstd.Decompress(frame, content, name);
        return content;
    }
}

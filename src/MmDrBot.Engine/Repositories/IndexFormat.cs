using System.Buffers.Binary;

namespace MmDrBot.Engine.Repositories;

/// <summary>The binary content of an index object (docs/design.md, "Indexes").</summary>
internal sealed record IndexFormat(IReadOnlyList<BlobId> Supersedes, IReadOnlyList<PackEntry> Packs)
{
    private const int PackHeader = BlobId.Length + 8;

    internal byte[] ToBytes()
    {
        var bytes = new byte[8 + (Supersedes.Count * BlobId.Length) + Packs.Sum(pack => PackHeader + (pack.Blobs.Length * BlobRecord.Length))];
        var rest = bytes.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(rest, Supersedes.Count);
        rest = rest[4..];
        foreach (var id in Supersedes)
        {
            id.CopyTo(rest);
            rest = rest[BlobId.Length..];
        }

        BinaryPrimitives.WriteInt32LittleEndian(rest, Packs.Count);
        rest = rest[4..];
        foreach (var pack in Packs)
        {
            rest = Write(rest, pack);
        }

        return bytes;
    }

    internal static IndexFormat Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var rest = bytes;
        var supersedes = new BlobId[Count(ref rest, BlobId.Length, name)];
        for (var i = 0; i < supersedes.Length; i++)
        {
            supersedes[i] = BlobId.From(Take(ref rest, BlobId.Length, name));
        }

        var packs = new PackEntry[Count(ref rest, PackHeader, name)];
        for (var i = 0; i < packs.Length; i++)
        {
            packs[i] = ReadPack(ref rest, name);
        }

        return rest.IsEmpty ? new IndexFormat(supersedes, packs) : throw EngineException.Damaged(name, "it has bytes past its end");
    }

    private static Span<byte> Write(Span<byte> rest, PackEntry pack)
    {
        pack.Id.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[BlobId.Length..], pack.Size);
        BinaryPrimitives.WriteInt32LittleEndian(rest[(BlobId.Length + 4)..], pack.Blobs.Length);
        rest = rest[PackHeader..];
        foreach (var blob in pack.Blobs)
        {
            blob.Write(rest);
            rest = rest[BlobRecord.Length..];
        }

        return rest;
    }

    private static PackEntry ReadPack(ref ReadOnlySpan<byte> rest, string name)
    {
        var id = BlobId.From(Take(ref rest, BlobId.Length, name));
        var size = BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, 4, name));
        var count = Count(ref rest, BlobRecord.Length, name);
        var blobs = BlobRecord.ReadAll(Take(ref rest, count * BlobRecord.Length, name), name);
        return size is > 0 and <= PackFormat.MaximumSize ? new PackEntry(id, size, blobs) : throw EngineException.Damaged(name, "it lists a pack of an impossible size");
    }

    private static int Count(ref ReadOnlySpan<byte> rest, int unit, string name)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, 4, name));
        return count >= 0 && count <= rest.Length / unit ? count : throw EngineException.Damaged(name, "it counts more than it holds");
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length, string name)
    {
        if (rest.Length < length)
        {
            throw EngineException.Damaged(name, "it is cut short");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}

using System.Buffers.Binary;

namespace MmDrBot.Engine.Repositories;

/// <summary>One blob in a pack: its id, the bytes it takes there (tag included), the bytes of its content.</summary>
internal readonly record struct BlobRecord(BlobId Id, int Stored, int Content)
{
    internal const int Length = BlobId.Length + 8;
    internal const int MaximumContent = 8 << 20;

    internal void Write(Span<byte> destination)
    {
        Id.CopyTo(destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[BlobId.Length..], Stored);
        BinaryPrimitives.WriteInt32LittleEndian(destination[(BlobId.Length + 4)..], Content);
    }

    /// <summary>Reads the records of a pack and checks that they describe one: sensible lengths, end to end.</summary>
    internal static BlobRecord[] ReadAll(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length % Length != 0)
        {
            throw EngineException.Damaged(name, "its list of blobs has a broken length");
        }

        var records = new BlobRecord[bytes.Length / Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = Read(bytes.Slice(i * Length, Length), name);
        }

        return records;
    }

    private static BlobRecord Read(ReadOnlySpan<byte> bytes, string name)
    {
        var record = new BlobRecord(
            BlobId.From(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[BlobId.Length..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[(BlobId.Length + 4)..]));
        return record.Stored is > PackFormat.BlobOverhead and <= PackFormat.MaximumSize && record.Content is >= 0 and <= MaximumContent
            ? record
            : throw EngineException.Damaged(name, "it lists a blob of an impossible length");
    }
}

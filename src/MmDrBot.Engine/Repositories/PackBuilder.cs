using System.Buffers.Binary;
using System.Security.Cryptography;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Repositories;

/// <summary>Fills one pack: compresses and encrypts blobs, and decodes each again before it counts. For one thread.</summary>
internal sealed class PackBuilder : IDisposable
{
    /// <summary>A pack is closed once it has this many bytes.</summary>
    internal const int TargetSize = 10 << 20;

    /// <summary>Room for the blobs and the trailer of a pack of tiny ones.</summary>
    internal const int BufferSize = TargetSize + (MaximumBlobs * BlobRecord.Length) + (64 << 10);

    private const int MaximumBlobs = 16_384;

    private readonly AlignedBuffer _buffer;
    private readonly List<BlobRecord> _records = [];
    private readonly AesGcm _cipher;
    private int _length = ObjectHeader.Length;

    internal PackBuilder(MasterKey key, AlignedBuffer buffer)
    {
        _buffer = buffer;
        ObjectHeader.Write(buffer.Span, ObjectKind.Pack);
        _cipher = key.CipherFor(ObjectKind.Pack, buffer.Span[8..ObjectHeader.Length]);
    }

    internal IReadOnlyList<BlobRecord> Records => _records;

    internal AlignedBuffer Buffer => _buffer;

    internal bool IsEmpty => _records.Count == 0;

    /// <summary>Whether a blob of that much content is sure to find room.</summary>
    internal bool HasRoomFor(int content) => _length + Zstd.Bound(content) + PackFormat.BlobOverhead <= TargetSize && _records.Count < MaximumBlobs;

    internal void Add(BlobId id, ReadOnlySpan<byte> content, CompressionEffort effort, BlobScratch scratch)
    {
        var plain = scratch.Encode(content, effort);
        Span<byte> nonce = stackalloc byte[12];
        PackFormat.Nonce(nonce, _records.Count);
        var frame = _buffer.Span.Slice(_length, plain.Length + PackFormat.TagLength);
        _cipher.Encrypt(nonce, plain, frame[..^PackFormat.TagLength], frame[^PackFormat.TagLength..], id);
        Prove(id, content, frame, nonce, scratch);
        _records.Add(new BlobRecord(id, frame.Length, content.Length));
        _length += frame.Length;
    }

    /// <summary>Writes the trailer; the pack's bytes stay valid until the buffer is used again.</summary>
    internal Memory<byte> Close()
    {
        var trailer = new byte[_records.Count * BlobRecord.Length];
        for (var i = 0; i < _records.Count; i++)
        {
            _records[i].Write(trailer.AsSpan(i * BlobRecord.Length));
        }

        Span<byte> nonce = stackalloc byte[12];
        nonce.Fill(0xff);
        var span = _buffer.Span;
        var end = _length + trailer.Length;
        _cipher.Encrypt(nonce, trailer, span[_length..end], span.Slice(end, PackFormat.TagLength), span[..ObjectHeader.Length]);
        end += PackFormat.TagLength;
        BinaryPrimitives.WriteInt32LittleEndian(span[end..], trailer.Length + PackFormat.TagLength);
        return _buffer.Memory[..(end + 4)];
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>Compression libraries and memory have corrupted data before: what will be stored is decoded while the original is still at hand.</summary>
    private void Prove(BlobId id, ReadOnlySpan<byte> content, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> nonce, BlobScratch scratch)
    {
        if (!scratch.Decode(_cipher, id, frame, nonce, content.Length, "the new pack").SequenceEqual(content))
        {
            throw new InvalidDataException("A blob did not decode to what was put in; nothing of it was stored. The memory of this machine may be faulty.");
        }
    }
}

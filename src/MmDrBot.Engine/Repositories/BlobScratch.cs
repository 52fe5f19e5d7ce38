using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>One worker's buffers for encoding and decoding blobs.</summary>
internal sealed class BlobScratch : IDisposable
{
    private const int Sample = 4096;

    // What gains less than a 64th is stored as it is, and so read back without work.
    private const int LeastGain = 64;
    private readonly Zstd _zstd = new(CompressionEffort.Thorough);
    private readonly Zstd _fast = new(CompressionEffort.Fast);
    private byte[] _encoded = [];
    private byte[] _decrypted = [];
    private byte[] _content = [];

    /// <summary>Codec byte and payload, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> content, CompressionEffort effort)
    {
        Grow(ref _encoded, 1 + Zstd.Bound(content.Length));
        var length = effort is CompressionEffort.Fast && LooksCompressed(content) ? content.Length : (effort is CompressionEffort.Fast ? _fast : _zstd).Compress(content, _encoded.AsSpan(1));
        if (length < content.Length - (content.Length / LeastGain))
        {
            _encoded[0] = PackFormat.Compressed;
            return _encoded.AsSpan(0, 1 + length);
        }

        _encoded[0] = PackFormat.Raw;
        content.CopyTo(_encoded.AsSpan(1));
        return _encoded.AsSpan(0, 1 + content.Length);
    }

    /// <summary>Decrypts and decompresses a blob as it is stored; the result is valid until the next call.</summary>
    internal ReadOnlySpan<byte> Decode(AesGcm cipher, BlobId id, scoped ReadOnlySpan<byte> stored, scoped ReadOnlySpan<byte> nonce, int contentLength, string pack)
    {
        Grow(ref _decrypted, stored.Length - PackFormat.TagLength);
        var plain = _decrypted.AsSpan(0, stored.Length - PackFormat.TagLength);
        try
        {
            cipher.Decrypt(nonce, stored[..^PackFormat.TagLength], stored[^PackFormat.TagLength..], plain, id);
        }
        catch (AuthenticationTagMismatchException failure)
        {
            throw EngineException.Damaged(pack, $"the authentication tag of blob {id} does not fit", failure);
        }

        return Expand(plain, contentLength, pack);
    }

    public void Dispose()
    {
        _zstd.Dispose();
        _fast.Dispose();
    }

    /// <summary>Pictures, films and archives gain nothing: a look at three places costs less than the attempt on the whole.</summary>
    private bool LooksCompressed(ReadOnlySpan<byte> content)
    {
        if (content.Length < 8 * Sample)
        {
            return false;
        }

        var length = 0;
        foreach (var start in new[] { Sample, content.Length / 2, content.Length - (2 * Sample) })
        {
            length += _fast.Compress(content.Slice(start, Sample), _encoded.AsSpan(1));
        }

        return length >= 3 * (Sample - (Sample / LeastGain));
    }

    private ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> plain, int contentLength, string pack)
    {
        if (plain[0] == PackFormat.Raw && plain.Length - 1 == contentLength)
        {
            return plain[1..];
        }

        if (plain[0] != PackFormat.Compressed)
        {
            throw EngineException.Damaged(pack, "a blob has an unknown codec or another length than is recorded");
        }

        Grow(ref _content, contentLength);
        _zstd.Decompress(plain[1..], _content.AsSpan(0, contentLength), pack);
        return _content.AsSpan(0, contentLength);
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(length, 2L * buffer.Length)));
        }
    }
}

using ZstdNet;

namespace MmDrBot.Engine.Repositories;

/// <summary>One worker's zstd contexts; not safe for use by two threads at once.</summary>
internal sealed class Zstd : IDisposable
{
    private readonly CompressionOptions _options;
    private readonly Compressor _compressor;
    private readonly Decompressor _decompressor = new();

    internal Zstd(CompressionEffort effort = CompressionEffort.Thorough)
    {
        _options = new CompressionOptions((int)effort);
        _compressor = new Compressor(_options);
    }

    internal static int Bound(int length) => Compressor.GetCompressBound(length);

    internal int Compress(ReadOnlySpan<byte> content, Span<byte> destination) => _compressor.Wrap(content, destination);

    /// <summary>Decompresses one frame into exactly <paramref name="destination"/>.</summary>
    internal void Decompress(ReadOnlySpan<byte> frame, Span<byte> destination, string name)
    {
        if (Frame.ContentSize(frame) != (ulong)destination.Length)
        {
            throw EngineException.Damaged(name, "a compressed part has another length than is recorded");
        }

        try
        {
            if (_decompressor.Unwrap(frame, destination, bufferSizePrecheck: false) == destination.Length)
            {
                return;
            }
        }
        catch (ZstdException failure)
        {
            throw EngineException.Damaged(name, "a compressed part does not decompress", failure);
        }

        throw EngineException.Damaged(name, "a compressed part is shorter than recorded");
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _decompressor.Dispose();
        _options.Dispose();
    }

    private static class Frame
    {
        /// <summary>The content size of a frame, or a value that no content has.</summary>
        internal static ulong ContentSize(ReadOnlySpan<byte> frame)
        {
            try
            {
                return Decompressor.GetDecompressedSize(frame);
            }
            catch (ZstdException)
            {
                return ulong.MaxValue;
            }
        }
    }

    internal static long ContentSize(ReadOnlySpan<byte> frame) => Frame.ContentSize(frame) is var size && size <= int.MaxValue ? (long)size : -1;
}

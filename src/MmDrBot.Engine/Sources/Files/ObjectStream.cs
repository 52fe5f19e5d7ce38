using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Reads one version of an object from front to back by ranges.</summary>
internal sealed class ObjectStream(S3ObjectStore store, string name, string? etag, long size) : ForwardStream
{
    private long _position;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    internal async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        var content = new byte[size];
        await this.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(buffer.Length, size - _position);
        if (count > 0)
        {
            await store.ReadAsync(name, etag, _position, buffer[..count], cancellationToken);
            _position += count;
        }

        return count;
    }
}

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Passes on what is read from a source to a second reader, until that one has had enough.</summary>
internal sealed class TeeStream(Stream source, Stream second) : Stream
{
    private bool _hasEnough;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer, cancellationToken);
        if (count > 0 && !_hasEnough)
        {
            await PassOnAsync(buffer[..count], cancellationToken);
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private async Task PassOnAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        try
        {
            await second.WriteAsync(part, cancellationToken);
            await second.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It ended. Whether content with what it saw, its exit code tells.
            _hasEnough = true;
        }
    }
}

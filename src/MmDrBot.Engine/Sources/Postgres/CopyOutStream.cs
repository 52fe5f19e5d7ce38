using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>
/// Counts the rows of COPY's text as they pass: a row ends in a line feed, one inside a value is escaped. The server sends a message for
/// each row; reads are synchronous, for a turn of the async machinery for each of millions of rows would cost more than all the rest.
/// </summary>
internal sealed class CopyOutStream(Stream inner) : ForwardStream
{
    internal long Rows { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && inner.Read(buffer[filled..]) is var count && count > 0)
        {
            filled += count;
        }

        Rows += buffer[..filled].Count((byte)'\n');
        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));
}

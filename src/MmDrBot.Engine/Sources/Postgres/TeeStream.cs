using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Passes on what is read from a source to a second reader, until that one has had enough.</summary>
internal sealed class TeeStream(Stream source, Stream second) : ForwardStream
{
    private bool _hasEnough;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer, cancellationToken);
        if (count > 0 && !_hasEnough)
        {
            await PassOnAsync(buffer[..count], cancellationToken);
        }

        return count;
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

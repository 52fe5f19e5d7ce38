using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Writes a list of files into the repository as it grows.</summary>
internal sealed class FileListWriter : IAsyncDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20));
    private readonly Task<StreamRef> _stored;
    private readonly Utf8JsonWriter _json;

    internal FileListWriter(Repositories.StreamWriter streams, CancellationToken cancellationToken)
    {
        _stored = Task.Run(async () =>
        {
            // Closed whatever happens: a writer would wait for ever for room in a pipe that nobody reads any more.
            await using var lines = _pipe.Reader.AsStream();
            return await streams.StoreAsync(lines, null, cancellationToken);
        }, CancellationToken.None);
        _json = new Utf8JsonWriter(_pipe.Writer, new JsonWriterOptions { Encoder = ManifestJson.Options.Encoder, SkipValidation = true });
    }

    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal async ValueTask AddAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        YoungGarbage.Tick();
        Entries++;
        Bytes += entry.Size;
        JsonSerializer.Serialize(_json, entry, ManifestJson.Options);
        await _json.FlushAsync(cancellationToken);
        _json.Reset();
        _pipe.Writer.Write("\n"u8);
        var flushed = await _pipe.Writer.FlushAsync(cancellationToken);
        if (flushed.IsCompleted)
        {
            await _stored;
        }
    }

    internal async Task<StreamRef> CompleteAsync()
    {
        await _pipe.Writer.CompleteAsync();
        return await _stored;
    }

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        await _pipe.Writer.CompleteAsync();
    }
}

using System.IO.Pipelines;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Stores the streams of a repository in one with another key: content is decrypted, cut and sealed anew, so that ids differ. What a restore
/// point has in common with one that was copied before is known by its old id and neither read nor stored again.
/// </summary>
internal sealed class StreamCopier(BlobReader from, Repositories.StreamWriter to, BackupProgress progress)
{
    /// <summary>Some 20 MB of memory; what does not fit is read and stored again, and found to be there.</summary>
    private const int MaximumKnown = 200_000;

    private readonly Repositories.StreamReader _streams = new(from);
    private readonly Dictionary<BlobId, StreamRef> _known = [];
    private readonly Dictionary<BlobId, StreamRef> _lacking = [];

    /// <summary>Whether a stream that was learned of is there as a whole, so that it needs no copying; null: all are.</summary>
    internal Func<StreamRef, CancellationToken, Task<bool>>? IsWhole { get; init; }

    /// <summary>Whether what can't be read is left out, and stands in lists as it was learned; else it ends the copying.</summary>
    internal bool LeavesDamageOut { get; init; }

    /// <summary>Learns from a restore point and its copy which stream became which.</summary>
    internal async Task LearnAsync(RestorePoint point, RestorePoint copy, BlobReader copies, CancellationToken cancellationToken)
    {
        foreach (var (old, made) in Databases(point).Zip(Databases(copy)))
        {
            foreach (var (table, other) in old.Tables.Zip(made.Tables))
            {
                await LearnAsync(table.Data, other.Data, cancellationToken);
            }
        }

        foreach (var (old, made) in Lists(point).Zip(Lists(copy)))
        {
            await LearnListAsync(old, made, copies, cancellationToken);
        }
    }

    /// <summary>Forgets what was learned.</summary>
    internal void Unlearn() => _known.Clear();

    internal async Task<RestorePoint> CopyAsync(RestorePoint point, CancellationToken cancellationToken) => point with
    {
        Database = await CopyAsync(point.Database, cancellationToken),
        Config = point.Config is not { } config ? null : config with
        {
            List = await CopyListAsync(config.List, cancellationToken),
            Outside = await CopyListAsync(config.Outside, cancellationToken),
            Database = await CopyAsync(config.Database, cancellationToken),
        },
        Files = point.Files is not { } files ? null : files with { List = await CopyListAsync(files.List, cancellationToken) },
    };

    private static IEnumerable<DatabaseComponent> Databases(RestorePoint point) => new[] { point.Database, point.Config?.Database }.OfType<DatabaseComponent>();

    private static IEnumerable<StreamRef> Lists(RestorePoint point) => new[] { point.Config?.List, point.Config?.Outside, point.Files?.List }.OfType<StreamRef>();

    private async Task<DatabaseComponent?> CopyAsync(DatabaseComponent? database, CancellationToken cancellationToken)
    {
        if (database is null)
        {
            return null;
        }

        var (tables, objects) = (new List<TableData>(), new List<LargeObjectData>());
        foreach (var table in database.Tables)
        {
            tables.Add(table with { Data = await CopyAsync(table.Data, cancellationToken) });
        }

        foreach (var item in database.LargeObjects)
        {
            objects.Add(item with { Data = await CopyAsync(item.Data, cancellationToken) });
        }

        return database with
        {
            PreData = await CopyAsync(database.PreData, cancellationToken),
            PostData = await CopyAsync(database.PostData, cancellationToken),
            Tables = tables,
            LargeObjects = objects,
        };
    }

    private async Task<StreamRef?> CopyListAsync(StreamRef? list, CancellationToken cancellationToken)
    {
        if (list is null)
        {
            return null;
        }

        await using var writer = new FileListWriter(to.Fast, cancellationToken);
        await foreach (var entry in FileListReader.ReadAsync(_streams, from, list, cancellationToken))
        {
            await writer.AddAsync(entry.Root is null ? entry : entry.With(await CopyAsync(entry.Content, cancellationToken)), cancellationToken);
        }

        return await writer.CompleteAsync();
    }

    private async Task<StreamRef> CopyAsync(StreamRef stream, CancellationToken cancellationToken)
    {
        if (stream.Root is not { } root)
        {
            return StreamRef.Empty;
        }

        if (!_known.TryGetValue(root, out var copy) || copy.Size != stream.Size)
        {
            progress.Expect(stream.Size);
            copy = await ReadAsync(stream, root, cancellationToken);
            progress.Add(stream.Size);
            Know(stream, copy);
        }

        return copy;
    }

    private async Task<StreamRef> ReadAsync(StreamRef stream, BlobId root, CancellationToken cancellationToken)
    {
        try
        {
            return stream.Depth == 0 ? await CopySmallAsync(root, cancellationToken) : await CopyLongAsync(stream, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged && LeavesDamageOut)
        {
            return _lacking.GetValueOrDefault(root, StreamRef.Empty);
        }
    }

    private async Task<StreamRef> CopySmallAsync(BlobId root, CancellationToken cancellationToken)
    {
        var (buffer, length) = await from.RentAsync(root, cancellationToken);
        try
        {
            return await to.StoreSmallAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    private async Task<StreamRef> CopyLongAsync(StreamRef stream, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20));
        var reading = FillAsync(pipe.Writer, stream, cancellationToken);
        await using var content = pipe.Reader.AsStream();
        var stored = await to.StoreAsync(content, null, cancellationToken);
        await reading;
        return stored;
    }

    private async Task FillAsync(PipeWriter writer, StreamRef stream, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await _streams.CopyToAsync(stream, writer.AsStream(leaveOpen: true), null, cancellationToken);
        }
        catch (Exception ended)
        {
            failure = ended;
        }

        await writer.CompleteAsync(failure);
    }

    private async Task LearnListAsync(StreamRef old, StreamRef made, BlobReader copies, CancellationToken cancellationToken)
    {
        await using var others = FileListReader.ReadAsync(new Repositories.StreamReader(copies), copies, made, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await foreach (var entry in FileListReader.ReadAsync(_streams, from, old, cancellationToken))
        {
            // The copy's list has the same entries in the same order.
            if (_known.Count >= MaximumKnown || !await others.MoveNextAsync() || others.Current.Path != entry.Path)
            {
                return;
            }

            await LearnAsync(entry.Content, others.Current.Content, cancellationToken);
        }
    }

    private async Task LearnAsync(StreamRef stream, StreamRef copy, CancellationToken cancellationToken)
    {
        if (IsWhole is null || await IsWhole(copy, cancellationToken))
        {
            Know(stream, copy);
        }
        else if (stream.Root is { } root)
        {
            _lacking[root] = copy;
        }
    }

    private void Know(StreamRef stream, StreamRef copy)
    {
        if (stream.Root is { } root && copy.Root is not null && copy.Size == stream.Size && _known.Count < MaximumKnown)
        {
            _known[root] = copy;
        }
    }
}

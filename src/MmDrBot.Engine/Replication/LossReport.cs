using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Replication;

/// <summary>Tells by table and file what a restore point lacks.</summary>
internal sealed class LossReport(Func<BlobId, bool> isThere, BlobReader reader)
{
    private readonly Repositories.StreamReader _streams = new(reader);

    /// <summary>The blobs that were found to be nowhere.</summary>
    internal HashSet<BlobId> Missing { get; } = [];

    internal async Task<IReadOnlyList<string>> OfAsync(RestorePoint point, CancellationToken cancellationToken)
    {
        var lost = new List<string>();
        foreach (var (name, stream) in Streams(point))
        {
            if (!await IsThereAsync(stream, cancellationToken))
            {
                lost.Add(name);
            }
        }

        foreach (var (name, list) in Lists(point))
        {
            await AddFilesAsync(lost, name, list, cancellationToken);
        }

        return lost;
    }

    private static IEnumerable<(string Name, StreamRef Stream)> Streams(RestorePoint point)
    {
        foreach (var (database, of) in new[] { (point.Database, ""), (point.Config?.Database, " of the configuration's database") })
        {
            if (database is null)
            {
                continue;
            }

            yield return ($"the schema{of}, first part", database.PreData);
            yield return ($"the schema{of}, second part", database.PostData);
            foreach (var table in database.Tables)
            {
                yield return ($"table {table.Schema}.{table.Name}{of}", table.Data);
            }

            foreach (var item in database.LargeObjects)
            {
                yield return ($"large object {item.Oid}{of}", item.Data);
            }
        }
    }

    private static IEnumerable<(string Name, StreamRef List)> Lists(RestorePoint point) =>
        from list in new[] { ("configuration", point.Config?.List), ("configuration's outside files", point.Config?.Outside), ("files", point.Files?.List) }
        where list.Item2 is not null
        select (list.Item1, list.Item2);

    private async Task AddFilesAsync(List<string> lost, string name, StreamRef list, CancellationToken cancellationToken)
    {
        await IsThereAsync(list, cancellationToken);
        try
        {
            await foreach (var entry in FileListReader.ReadAsync(_streams, reader, list, cancellationToken))
            {
                if (!await IsThereAsync(entry.Content, cancellationToken))
                {
                    lost.Add($"file {entry.Path}{(name == "files" ? "" : $" of the {name}")}");
                }
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            lost.Add($"the list of {name}, from some place on");
        }
    }

    internal async Task<bool> IsThereAsync(StreamRef stream, CancellationToken cancellationToken)
    {
        try
        {
            var whole = true;
            await foreach (var id in _streams.AllBlobsAsync(stream, cancellationToken))
            {
                if (!isThere(id))
                {
                    Missing.Add(id);
                    whole = false;
                }
            }

            return whole;
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            return false;
        }
    }
}

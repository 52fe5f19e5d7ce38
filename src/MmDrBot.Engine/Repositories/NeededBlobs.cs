using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Repositories;

/// <summary>Finds every blob that a restore point needs, by reading its lists.</summary>
internal static class NeededBlobs
{
    internal static async IAsyncEnumerable<BlobId> OfAsync(RestorePoint point, BlobReader blobs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = new StreamReader(blobs);
        foreach (var stream in Streams(point))
        {
            await foreach (var id in streams.AllBlobsAsync(stream, cancellationToken))
            {
                yield return id;
            }
        }

        foreach (var list in new[] { point.Config?.List, point.Config?.Outside, point.Files?.List }.OfType<StreamRef>())
        {
            await foreach (var entry in FileListReader.ReadAsync(streams, blobs, list, cancellationToken))
            {
                await foreach (var id in streams.AllBlobsAsync(entry.Content, cancellationToken))
                {
                    yield return id;
                }
            }
        }
    }

    private static IEnumerable<StreamRef> Streams(RestorePoint point)
    {
        foreach (var database in new[] { point.Database, point.Config?.Database }.OfType<DatabaseComponent>())
        {
            yield return database.PreData;
            yield return database.PostData;
            foreach (var data in database.Tables.Select(table => table.Data).Concat(database.LargeObjects.Select(item => item.Data)))
            {
                yield return data;
            }
        }

        foreach (var list in new[] { point.Config?.List, point.Config?.Outside, point.Files?.List }.OfType<StreamRef>())
        {
            yield return list;
        }
    }
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Reads a list of files line by line, without holding it.</summary>
internal static class FileListReader
{
    private static ReadOnlySpan<byte> NewLine => "\n"u8;

    internal static async IAsyncEnumerable<FileEntry> ReadAsync(Repositories.StreamReader streams, BlobReader blobs, StreamRef list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rest = Array.Empty<byte>();
        await foreach (var id in streams.ContentBlobsAsync(list, cancellationToken))
        {
            var block = rest.Concat(await blobs.ReadAsync(id, cancellationToken)).ToArray();
            var start = 0;
            while (NextLine(block, start) is var end && end >= 0)
            {
                yield return ManifestJson.Parse<FileEntry>(block.AsSpan(start..end), "a list of files");
                start = end + 1;
            }

            rest = block[start..];
        }

        if (rest.Length > 0)
        {
            throw new EngineException(EngineFault.Damaged, "A list of files ends within a line.");
        }
    }

    private static int NextLine(byte[] block, int start)
    {
        var at = block.AsSpan(start).IndexOf(NewLine);
        return at < 0 ? -1 : start + at;
    }
}

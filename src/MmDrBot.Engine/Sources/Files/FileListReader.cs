using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Reads a list of files line by line, without holding it.</summary>
internal static class FileListReader
{
    internal static async IAsyncEnumerable<FileEntry> ReadAsync(Repositories.StreamReader streams, BlobReader blobs, StreamRef list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var block = new Block();
        await foreach (var id in streams.ContentBlobsAsync(list, cancellationToken))
        {
            await blobs.ReadAsync(id, block.Append, cancellationToken);
            while (block.NextLine() is { IsEmpty: false } line)
            {
                yield return ManifestJson.Parse<FileEntry>(line.Span, "a list of files");
            }
        }

        if (!block.IsEmpty)
        {
            throw new EngineException(EngineFault.Damaged, "A list of files ends within a line.");
        }
    }

    /// <summary>Bytes that were read and not yet taken as lines, in one buffer that is used again.</summary>
    private sealed class Block
    {
        private byte[] _bytes = [];
        private int _start;
        private int _end;

        internal bool IsEmpty => _start == _end;

        internal void Append(ReadOnlySpan<byte> content)
        {
            var rest = _bytes.AsSpan(_start.._end);
            if (_bytes.Length < rest.Length + content.Length)
            {
                var larger = new byte[rest.Length + content.Length + (1 << 16)];
                rest.CopyTo(larger);
                _bytes = larger;
            }
            else
            {
                rest.CopyTo(_bytes);
            }

            content.CopyTo(_bytes.AsSpan(rest.Length));
            (_start, _end) = (0, rest.Length + content.Length);
        }

        /// <summary>The next line without its end; empty when there is no whole one.</summary>
        internal ReadOnlyMemory<byte> NextLine()
        {
            var length = _bytes.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (length < 0)
            {
                return default;
            }

            var line = _bytes.AsMemory(_start, length);
            _start += length + 1;
            return line.IsEmpty ? throw new EngineException(EngineFault.Damaged, "A list of files has an empty line.") : line;
        }
    }
}

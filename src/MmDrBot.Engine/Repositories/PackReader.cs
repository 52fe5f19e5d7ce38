using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>Reads packs without the help of an index.</summary>
internal sealed class PackReader(Repository repository)
{
    private const int LikelyTrailer = 64 << 10;

    /// <summary>Reads a pack's own list of its blobs.</summary>
    internal async Task<PackEntry> ReadEntryAsync(BlobId id, long size, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(ObjectKind.Pack, id);
        if (size is < ObjectHeader.Length + 4 + PackFormat.TagLength or > PackFormat.MaximumSize)
        {
            throw EngineException.Damaged(name, $"{size} bytes are no pack's size");
        }

        var header = await ReadAsync(name, 0, ObjectHeader.Length, cancellationToken);
        var guess = (int)Math.Min(size, LikelyTrailer);
        var end = await ReadAsync(name, size - guess, guess, cancellationToken);
        var needed = PackFormat.TrailerLength(end, size, name) + 4;
        if (needed > guess)
        {
            end = await ReadAsync(name, size - needed, needed, cancellationToken);
        }

        return new PackEntry(id, (int)size, PackFormat.ReadTrailer(repository.Key, header, end, size, name, proven: false));
    }

    /// <summary>Reads and checks every byte of a pack: the name's hash, the list, each wanted blob down to its id.</summary>
    /// <returns>The pack's own list of its blobs.</returns>
    internal async Task<PackEntry> VerifyAsync(BlobId id, long size, Func<BlobId, bool>? wanted, BlobScratch scratch, byte[] buffer, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(ObjectKind.Pack, id);
        if (size is < ObjectHeader.Length or > PackFormat.MaximumSize)
        {
            throw EngineException.Damaged(name, $"{size} bytes are no pack's size");
        }

        var pack = buffer.AsMemory(0, (int)size);
        try
        {
            await repository.Store.ReadAsync(name, 0, pack, cancellationToken);
        }
        catch (Exception failure) when (failure is FileNotFoundException or EndOfStreamException)
        {
            throw EngineException.Damaged(name, failure is FileNotFoundException ? "it is missing" : "it is cut short", failure);
        }

        if (ObjectNames.HashOf(pack.Span) != id)
        {
            throw EngineException.Damaged(name, "its bytes do not have the hash that its name says");
        }

        var entry = new PackEntry(id, (int)size, PackFormat.ReadTrailer(repository.Key, pack.Span, pack.Span, size, name, proven: true));
        VerifyBlobs(entry, pack.Span, wanted, scratch, name);
        return entry;
    }

    private void VerifyBlobs(PackEntry entry, ReadOnlySpan<byte> pack, Func<BlobId, bool>? wanted, BlobScratch scratch, string name)
    {
        using var cipher = repository.Key.CipherFor(ObjectKind.Pack, ObjectHeader.Read(pack, ObjectKind.Pack, name));
        Span<byte> nonce = stackalloc byte[12];
        var offset = ObjectHeader.Length;
        for (var i = 0; i < entry.Blobs.Length; i++)
        {
            var blob = entry.Blobs[i];
            if (wanted?.Invoke(blob.Id) is not false)
            {
                PackFormat.Nonce(nonce, i);
                var content = scratch.Decode(cipher, blob.Id, pack.Slice(offset, blob.Stored), nonce, blob.Content, name);
                if (repository.Key.IdOf(content) != blob.Id)
                {
                    throw EngineException.Damaged(name, $"the content of blob {blob.Id} has another id");
                }
            }

            offset += blob.Stored;
        }
    }

    private async Task<byte[]> ReadAsync(string name, long offset, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        try
        {
            await repository.Store.ReadAsync(name, offset, bytes, cancellationToken);
            return bytes;
        }
        catch (EndOfStreamException failure)
        {
            throw EngineException.Damaged(name, "it is cut short", failure);
        }
    }
}

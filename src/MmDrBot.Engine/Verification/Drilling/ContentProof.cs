using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// Compares bytes that were restored with a stream of the repository, by the keyed ids of its blobs: what is read is what was restored,
/// and nothing of the stored content has to be read again.
/// </summary>
internal sealed class ContentProof(Repository repository, BlobIndex index, Repositories.StreamReader streams)
{
    private readonly byte[] _one = new byte[1];

    internal async Task<bool> IsSameAsync(StreamRef expected, Stream actual, CancellationToken cancellationToken)
    {
        await foreach (var id in streams.ContentBlobsAsync(expected, cancellationToken))
        {
            var length = index.Find(id)?.Content ?? throw new EngineException(EngineFault.Damaged, $"Blob {id} is in no pack that is there.");
            var buffer = Buffers.Rent(length);
            try
            {
                if (await actual.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length || repository.Key.IdOf(buffer.AsSpan(0, length)) != id)
                {
                    return false;
                }
            }
            finally
            {
                Buffers.Return(buffer);
            }
        }

        return await actual.ReadAsync(_one, cancellationToken) == 0;
    }
}

using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using StreamReader = MmDrBot.Engine.Repositories.StreamReader;
using StreamWriter = MmDrBot.Engine.Repositories.StreamWriter;

namespace MmDrBot.Engine.Tests.Repositories;

/// <summary>Blobs without manifests: writes streams and reads them back.</summary>
internal sealed class BlobBench : IAsyncDisposable
{
    private readonly BlobIndex _index = new();

    private BlobBench(MemoryRepository repository, CancellationToken stop)
    {
        Blobs = new BlobWriter(repository.Repository.Store, repository.Repository.Key, _index, stop);
        Writer = new StreamWriter(Blobs, new Chunker(repository.Repository.Key));
        BlobReader = new BlobReader(repository.Repository, _index);
        Reader = new StreamReader(BlobReader);
    }

    internal BlobWriter Blobs { get; }

    internal StreamWriter Writer { get; }

    internal BlobReader BlobReader { get; }

    internal StreamReader Reader { get; }

    internal static async Task<BlobBench> CreateAsync(CancellationToken stop = default) => new(await MemoryRepository.CreateAsync(), stop);

    internal Task<StreamRef> StoreAsync(byte[] content) => Writer.StoreAsync(new MemoryStream(content), null, CancellationToken.None);

    /// <summary>After this, what was stored can be read.</summary>
    internal Task CompleteAsync() => Blobs.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        await Blobs.DisposeAsync();
        BlobReader.Dispose();
    }
}

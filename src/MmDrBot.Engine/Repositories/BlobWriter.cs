using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Stores blobs that the index does not have: callers hash, workers compress, encrypt and prove into packs, uploads run beside them.
/// Memory is bounded by the queue and the pack buffers. The first failure ends everything: callers then get an
/// <see cref="OperationCanceledException"/>, so that no reader takes a full disk for an unreadable source, and <see cref="ThrowIfFailed"/> gives the cause.
/// </summary>
internal sealed class BlobWriter : IAsyncDisposable
{
    private readonly IObjectStore _store;
    private readonly MasterKey _key;
    private readonly BlobIndex _index;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<Work> _queue;
    private readonly Channel<AlignedBuffer> _buffers;
    private readonly Task[] _workers;
    private readonly List<PackEntry> _written = [];
    private readonly Lock _lock = new();
    private ExceptionDispatchInfo? _failure;
    private long _newContent;

    internal BlobWriter(IObjectStore store, MasterKey key, BlobIndex index, CancellationToken cancellationToken)
    {
        (_store, _key, _index) = (store, key, index);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Math.Clamp(Environment.ProcessorCount, 1, 4);
        _queue = Channel.CreateBounded<Work>(2 * workers);
        _buffers = Channel.CreateUnbounded<AlignedBuffer>();
        for (var i = 0; i < workers + store.Parallelism; i++)
        {
            _buffers.Writer.TryWrite(new AlignedBuffer(PackBuilder.BufferSize));
        }

        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None))];
    }

    /// <summary>The packs written so far.</summary>
    internal IReadOnlyList<PackEntry> Written
    {
        get
        {
            lock (_lock)
            {
                return [.. _written];
            }
        }
    }

    /// <summary>Bytes of content that were new.</summary>
    internal long NewContent => Interlocked.Read(ref _newContent);

    /// <summary>Stores a copy of <paramref name="content"/> unless it is known.</summary>
    internal ValueTask<BlobId> StoreAsync(ReadOnlySpan<byte> content, CompressionEffort effort)
    {
        var id = _key.IdOf(content);
        if (!_index.TryReserve(id))
        {
            return ValueTask.FromResult(id);
        }

        var buffer = Buffers.Rent(content.Length);
        content.CopyTo(buffer);
        return EnqueueAsync(new Work(id, buffer, content.Length, effort));
    }

    /// <summary>Waits until all is stored and durable.</summary>
    internal async Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
        _failure?.Throw();
        _stop.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Throws what stopped the writer, if something did.</summary>
    internal void ThrowIfFailed() => _failure?.Throw();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
        _stop.Dispose();
    }

    private async ValueTask<BlobId> EnqueueAsync(Work work)
    {
        Interlocked.Add(ref _newContent, work.Length);
        await _queue.Writer.WriteAsync(work, _stop.Token);
        return work.Id;
    }

    private async Task WorkAsync()
    {
        var uploads = new List<Task>();
        try
        {
            using var scratch = new BlobScratch();
            PackBuilder? pack = null;
            await foreach (var work in _queue.Reader.ReadAllAsync(_stop.Token))
            {
                if (pack?.HasRoomFor(work.Length) is false)
                {
                    uploads.Add(UploadAsync(pack));
                    uploads.RemoveAll(upload => upload.IsCompletedSuccessfully);
                    pack = null;
                }

                pack ??= new PackBuilder(_key, await _buffers.Reader.ReadAsync(_stop.Token));
                pack.Add(work.Id, work.Buffer.AsSpan(0, work.Length), work.Effort, scratch);
                Buffers.Return(work.Buffer);
            }

            if (pack is not null)
            {
                uploads.Add(UploadAsync(pack));
            }
        }
        catch (Exception failure)
        {
            Fail(failure);
        }

        await Task.WhenAll(uploads);
    }

    private async Task UploadAsync(PackBuilder pack)
    {
        try
        {
            using (pack)
            {
                await Task.Yield();
                var content = pack.Close();
                var id = ObjectNames.HashOf(content.Span);
                YoungGarbage.Tick();
                await _store.CreateAsync(ObjectNames.Of(ObjectKind.Pack, id), content, _stop.Token);
                Register(new PackEntry(id, content.Length, [.. pack.Records]));
            }

            _buffers.Writer.TryWrite(pack.Buffer);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Register(PackEntry entry)
    {
        _index.Add(entry);
        lock (_lock)
        {
            _written.Add(entry);
        }
    }

    private void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (failure is not OperationCanceledException || !_stop.IsCancellationRequested)
            {
                _failure ??= ExceptionDispatchInfo.Capture(failure);
            }
        }

        _stop.Cancel();
    }

    private readonly record struct Work(BlobId Id, byte[] Buffer, int Length, CompressionEffort Effort);
}

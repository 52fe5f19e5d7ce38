using System.Collections.Concurrent;
using System.Security.Cryptography;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Copies objects whose names are the hashes of their bytes, and proves each on arrival: the store vouches for the hash, or what it holds
/// is read back. What was read from the source is hashed before it is sent. Memory: one buffer a transfer. Safe for use by several threads.
/// </summary>
internal sealed class ObjectTransfer(IObjectStore from, IObjectStore to)
{
    private const int Piece = 1 << 20;
    private const int HashLength = 32;
    private readonly ConcurrentBag<AlignedBuffer> _buffers = [];
    private int _confirmed;
    private int _readBack;

    /// <summary>How many objects the store vouched for.</summary>
    internal int Confirmed => _confirmed;

    /// <summary>How many objects were read back.</summary>
    internal int ReadBack => _readBack;

    /// <summary>Copies one object.</summary>
    /// <exception cref="EngineException">Damaged: the source's bytes are not those of the name, or what arrived is not, also after a second try.</exception>
    internal async Task CopyAsync(string name, long size, CancellationToken cancellationToken)
    {
        if (size is < 0 or > Repository.SmallObjectLimit)
        {
            throw EngineException.Damaged(name, $"{size} bytes are more than an object can have");
        }

        YoungGarbage.Tick();
        if (size <= Piece)
        {
            var small = new byte[size];
            await ReadAsync(name, small, cancellationToken);
            await SendAsync(name, small, cancellationToken);
            return;
        }

        var buffer = BufferFor((int)size);
        try
        {
            var content = buffer.Memory[..(int)size];
            await ReadAsync(name, content, cancellationToken);
            await SendAsync(name, content, cancellationToken);
        }
        finally
        {
            _buffers.Add(buffer);
        }
    }

    /// <summary>Sends bytes whose hash the name is known to be, and proves that they arrived.</summary>
    internal async Task SendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (await TryCreateAsync(name, content, cancellationToken) && await IsRightAsync(name, content.Length, cancellationToken, content))
        {
            return;
        }

        // The name is taken by other bytes, or they changed on the way: once more, in their place.
        await ObjectReplacement.RunAsync(to, name, content, cancellationToken);
        if (!await IsRightAsync(name, content.Length, cancellationToken, content))
        {
            throw new EngineException(EngineFault.Damaged, $"{name} did not arrive at {to.Location} as it was sent, twice.", "Do not trust that store: `mmdr repository test` says more. Nothing relies on the object.");
        }
    }

    /// <summary>Whether the store holds the bytes that the name promises.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="size">How many bytes it should have.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="content">The bytes, where they are at hand.</param>
    internal async Task<bool> IsRightAsync(string name, long size, CancellationToken cancellationToken, ReadOnlyMemory<byte> content = default)
    {
        if (ObjectNames.IdOf(name) is not { } id)
        {
            return false;
        }

        var hash = new byte[HashLength];
        id.CopyTo(hash);
        if (await to.ConfirmsAsync(name, hash, content, cancellationToken))
        {
            Interlocked.Increment(ref _confirmed);
            return true;
        }

        Interlocked.Increment(ref _readBack);
        return await HashAsync(to, name, size, cancellationToken) is { } found && found.AsSpan().SequenceEqual(hash);
    }

    /// <summary>The hash of what a store holds, read in pieces; null when it is shorter than it should be, or gone.</summary>
    internal static async Task<byte[]?> HashAsync(IObjectStore store, string name, long size, CancellationToken cancellationToken)
    {
        var piece = Buffers.Rent((int)Math.Min(Piece, Math.Max(size, 1)));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var offset = 0L; offset < size; offset += Piece)
            {
                var part = piece.AsMemory(0, (int)Math.Min(Piece, size - offset));
                await store.ReadAsync(name, offset, part, cancellationToken);
                hash.AppendData(part.Span);
            }

            return await store.FindAsync(name, cancellationToken) == size ? hash.GetHashAndReset() : null;
        }
        catch (Exception shorter) when (shorter is EndOfStreamException or FileNotFoundException)
        {
            return null;
        }
        finally
        {
            Buffers.Return(piece);
        }
    }

    private async Task ReadAsync(string name, Memory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await from.ReadAsync(name, 0, content, cancellationToken);
        }
        catch (EndOfStreamException failure)
        {
            throw EngineException.Damaged(name, $"in {from.Location} it is cut short", failure);
        }

        if (ObjectNames.HashOf(content.Span) != ObjectNames.IdOf(name))
        {
            throw EngineException.Damaged(name, $"in {from.Location} its bytes do not have the hash that its name says");
        }
    }

    private async Task<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await to.CreateAsync(name, content, cancellationToken);
            return true;
        }
        catch (EngineException taken) when (taken.Fault is EngineFault.Damaged)
        {
            return false;
        }
    }

    private AlignedBuffer BufferFor(int size)
    {
        // All packs fit the first kind; larger indexes and ledgers get what they need and leave it to the next.
        var wanted = Math.Max(size, PackBuilder.BufferSize);
        return _buffers.TryTake(out var buffer) && buffer.Capacity >= wanted ? buffer : new AlignedBuffer(wanted);
    }
}

using System.Runtime.CompilerServices;
using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>Passes calls on, except for the n-th.</summary>
internal sealed class FaultyObjectStore(IObjectStore inner, FaultKind kind, int at) : IObjectStore
{
    private int _calls;
    private string? _letDown;

    public string Location => inner.Location;

    public int Parallelism => inner.Parallelism;

    public bool HasCheapRanges => inner.HasCheapRanges;

    /// <summary>True once a call was let down.</summary>
    internal bool Struck => Volatile.Read(ref _calls) >= at;

    /// <summary>True once the object of that call was read without a fault.</summary>
    internal bool WasReadAgain { get; private set; }

    public async Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var strike = Strikes();
        if (strike && kind is not FaultKind.LostAnswer)
        {
            throw Failure(name);
        }

        var created = await inner.CreateAsync(name, content, cancellationToken);
        return strike ? throw Failure(name) : created;
    }

    public async Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!Strikes())
        {
            await inner.ReadAsync(name, offset, destination, cancellationToken);
            WasReadAgain |= name == _letDown;
            return;
        }

        if (kind is FaultKind.ShortRead)
        {
            await inner.ReadAsync(name, offset, destination[..(destination.Length / 2)], cancellationToken);
            throw new EndOfStreamException($"{name} ended early.");
        }

        throw Failure(name);
    }

    public async Task<long?> FindAsync(string name, CancellationToken cancellationToken) =>
        Strikes() ? throw Failure(name) : await inner.FindAsync(name, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var strike = Strikes();
        if (strike && kind is not FaultKind.Halfway)
        {
            throw Failure(prefix);
        }

        var seen = 0;
        await foreach (var item in inner.ListAsync(prefix, cancellationToken))
        {
            if (strike && seen++ > 0)
            {
                break;
            }

            yield return item;
        }

        if (strike)
        {
            throw Failure(prefix);
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var strike = Strikes();
        await inner.DeleteAsync([.. names.Take(!strike || kind is FaultKind.LostAnswer ? names.Count : kind is FaultKind.Halfway ? (names.Count + 1) / 2 : 0)], cancellationToken);
        if (strike)
        {
            throw Failure("a deletion");
        }
    }

    public async Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) =>
        Strikes() ? throw Failure("leftovers") : await inner.LeftoversAsync(remove, cancellationToken);

    private bool Strikes() => Interlocked.Increment(ref _calls) is var call && (call == at || (call > at && kind is FaultKind.Outage));

    private IOException Failure(string what)
    {
        _letDown = what;
        return new IOException($"made to fail: {what}");
    }
}

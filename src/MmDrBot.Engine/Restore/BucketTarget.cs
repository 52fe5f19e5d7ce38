using System.Text;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Restore;

/// <summary>A bucket to restore a file store into, with the marker that tells an interrupted restore from somebody's objects.</summary>
internal sealed class BucketTarget(S3Address address) : IDisposable
{
    private const string MarkerName = ".mmdr-restore-in-progress";

    // Before the restore point's id in the marker: what was there may not all be gone yet.
    private const string Emptying = "emptying ";
    private const int CountedUpTo = 1_000;

    private readonly S3ObjectStore _store = new(address, TimeProvider.System);

    internal string Location => _store.Location;

    internal BucketWriter Writer { get; } = new(address);

    internal async Task<State> LookAsync(string restorePoint, CancellationToken cancellationToken)
    {
        var (objects, isMarked) = (0, false);
        await foreach (var item in _store.ListAsync("", cancellationToken))
        {
            isMarked |= item.Name == MarkerName;
            if (++objects > CountedUpTo)
            {
                break;
            }
        }

        var marked = isMarked ? await MarkedForAsync(cancellationToken) : null;
        return new State(objects, marked == restorePoint || marked == Emptying + restorePoint, marked == Emptying + restorePoint);
    }

    /// <summary>Why nothing can be restored there whatever it holds; null when it can.</summary>
    internal async Task<string?> NeverAsync(Repository repository, CancellationToken cancellationToken) =>
        (repository.Store is S3ObjectStore own && own.Address.Overlaps(address)) || await _store.FindAsync(ObjectNames.Descriptor, cancellationToken) is not null
            ? $"{Location} is where a repository of restore points is."
            : null;

    /// <summary>Empties the place where that is wanted, and leaves the marker.</summary>
    /// <returns>Whether an interrupted restore goes on, so that objects may be there already.</returns>
    internal async Task<bool> BeginAsync(string restorePoint, RestoreRequest request, CancellationToken cancellationToken)
    {
        if (request.Paths.Count > 0)
        {
            return true;
        }

        var state = await LookAsync(restorePoint, cancellationToken);
        if (state.IsInTheWay && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"{Location} was empty a moment ago and is not any more; nothing in it was touched.");
        }

        // Marked first: killed in the middle of it, the same restore goes on emptying.
        if (state.IsInTheWay || state.IsEmptying)
        {
            await MarkAsync(Emptying + restorePoint, cancellationToken);
            await WipeAsync(cancellationToken);
        }

        if (state.IsInterrupted)
        {
            await Writer.AbortUnfinishedAsync(cancellationToken);
        }

        await MarkAsync(restorePoint, cancellationToken);
        return state is { IsInterrupted: true, IsEmptying: false };
    }

    private Task MarkAsync(string text, CancellationToken cancellationToken) => Writer.PutAsync(MarkerName, ContentTypes.Unknown, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Compares what the bucket lists with what was written, and removes the marker.</summary>
    internal async Task CompleteAsync(ObjectTally written, CancellationToken cancellationToken)
    {
        var listed = new ObjectTally();
        await foreach (var item in _store.ListAsync("", cancellationToken))
        {
            if (item.Name != MarkerName)
            {
                listed.Add(item.Name, item.Size, item.ETag ?? "");
            }
        }

        if (!listed.IsSameAs(written))
        {
            throw new EngineException(EngineFault.Unavailable, $"{Location} does not hold what was written: {written.Objects} objects of {written.Bytes} bytes were, {listed.Objects} of {listed.Bytes} bytes are listed.", "Keep others (a running Mattermost, a lifecycle rule) off the place, and run the restore again: it compares what is there and writes only what differs.");
        }

        await _store.DeleteAsync([MarkerName], cancellationToken);
    }

    public void Dispose()
    {
        _store.Dispose();
        Writer.Dispose();
    }

    private async Task<string?> MarkedForAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(await _store.ReadAllAsync(MarkerName, 1 << 10, cancellationToken));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task WipeAsync(CancellationToken cancellationToken)
    {
        var batch = new List<string>();
        await foreach (var item in _store.ListAsync("", cancellationToken))
        {
            if (item.Name == MarkerName)
            {
                continue;
            }

            batch.Add(item.Name);
            if (batch.Count == CountedUpTo)
            {
                await _store.DeleteAsync(batch, cancellationToken);
                batch.Clear();
            }
        }

        await _store.DeleteAsync(batch, cancellationToken);
    }

    /// <summary>What is there.</summary>
    /// <param name="Objects">How many; 1,001 stands for more than 1,000.</param>
    /// <param name="IsInterrupted">Whether they are of an interrupted restore of the same restore point.</param>
    /// <param name="IsEmptying">Whether it was interrupted before all that was there was gone.</param>
    internal sealed record State(int Objects, bool IsInterrupted, bool IsEmptying)
    {
        internal bool IsInTheWay => Objects > 0 && !IsInterrupted;

        internal string Count => Objects > CountedUpTo ? $"more than {CountedUpTo} objects" : Objects == 1 ? "1 object" : $"{Objects} objects";

        internal string Describe => Objects == 0 ? "empty" : IsInterrupted ? "an interrupted restore of the same restore point" : Count;
    }
}

namespace MmDrBot.Engine.Sources.Files;

/// <summary>The list of the restore point before, read alongside the walk: both are in the same order, so neither is held in memory.</summary>
internal sealed class PreviousList(IAsyncEnumerable<FileEntry> entries, Comparison<string> order, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<FileEntry> _entries = entries.GetAsyncEnumerator(cancellationToken);
    private bool _started;
    private bool _ended;

    /// <summary>The earlier entry of that path; paths must be asked for in list order.</summary>
    internal async ValueTask<FileEntry?> FindAsync(string path)
    {
        if (!_started)
        {
            _started = true;
            _ended = !await _entries.MoveNextAsync();
        }

        while (!_ended && order(_entries.Current.Path, path) < 0)
        {
            _ended = !await _entries.MoveNextAsync();
        }

        return !_ended && _entries.Current.Path == path ? _entries.Current : null;
    }

    public ValueTask DisposeAsync() => _entries.DisposeAsync();
}

using System.Collections.Concurrent;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// Restores the post-data section. An index of the slow kinds (GIN, GiST), which one process builds alone for longer than all the rest takes,
/// is begun as soon as its table is filled; ordinary indexes and keys follow when all tables are, and what may depend on either comes last.
/// </summary>
internal sealed class IndexBuilds : IAsyncDisposable
{
    private readonly ArchiveRestorer _archive;
    private readonly string _postData;
    private readonly PostDataList _list;
    private readonly ConcurrentBag<Task> _early = [];

    private IndexBuilds(ArchiveRestorer archive, string postData, PostDataList list) =>
        (_archive, _postData, _list) = (archive, postData, list);

    internal static async Task<IndexBuilds> PrepareAsync(ArchiveRestorer archive, string postData, bool searchLater, CancellationToken cancellationToken)
    {
        var lines = await archive.ListAsync(postData, cancellationToken);
        return new IndexBuilds(archive, postData, PostDataList.Make(lines, await archive.ScriptAsync(postData, list: null, cancellationToken), searchLater));
    }

    /// <summary>Whether the table has indexes that begin as soon as it is filled.</summary>
    internal bool AreSlowFor(string schema, string table) => _list.SlowIndexesOf(schema, table).Any();

    /// <summary>Begins the slow indexes of a table that is filled.</summary>
    internal void TableIsFilled(string schema, string table, CancellationToken cancellationToken)
    {
        foreach (var line in _list.SlowIndexesOf(schema, table))
        {
            _early.Add(RestoreAsync([line], jobs: 1, cancellationToken));
        }
    }

    internal async Task FinishAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(_list.Ordinary, jobs: 2, cancellationToken);
        await Task.WhenAll(_early);
        await RestoreAsync(_list.Last, jobs: 2, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var build in _early)
        {
            // What failed was or will be thrown by FinishAsync, or something else failed before.
            await Task.WhenAny(build);
        }
    }

    private Task RestoreAsync(IReadOnlyList<string> lines, int jobs, CancellationToken cancellationToken) =>
        _archive.RestoreAsync(_postData, jobs, lines, cancellationToken);
}

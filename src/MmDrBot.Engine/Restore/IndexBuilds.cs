using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Restore;

/// <summary>Builds everything of the post-data section once all rows are there.</summary>
internal sealed class IndexBuilds(ArchiveRestorer archive, string postData) : IAsyncDisposable
{
    internal static Task<IndexBuilds> PrepareAsync(PostgresTools tools, PostgresAddress address, ArchiveRestorer archive, string postData, Workspace workspace, CancellationToken cancellationToken) =>
        Task.FromResult(new IndexBuilds(archive, postData));

    internal void TableIsFilled(string schema, string table, CancellationToken cancellationToken)
    {
    }

    internal Task FinishAsync(CancellationToken cancellationToken) => archive.RestoreAsync(postData, 2, null, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// Builds the slow indexes that a restore left for later, while the server that uses the database may run: concurrently, which takes longer
/// and keeps nobody waiting. One that was half built when its process was killed is dropped and built anew.
/// </summary>
internal sealed class SearchIndexes(BlobReader blobs, PostgresAddress address, RestorePoint point)
{
    private const string Hint = "All else is restored, and Mattermost may run meanwhile. Mend the cause, and run the same restore again with --database and --search-later: it builds what is missing.";

    /// <exception cref="EngineException">One could not be built; those that were stay.</exception>
    internal async Task BuildAsync(CancellationToken cancellationToken)
    {
        var target = new DatabaseTarget(address);
        await using var claim = await target.ClaimAsync(cancellationToken);
        if (await target.LookAsync(cancellationToken) is not { } state || !DatabaseTarget.LacksSearch(state, point.Id.ToString()))
        {
            return;
        }

        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        foreach (var index in await ListAsync(connection, cancellationToken))
        {
            await BuildAsync(connection, index, cancellationToken);
        }

        await target.CompleteAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<LateIndex>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var source = point.Database!;
        using var workspace = new Workspace();
        var postData = await workspace.WriteAsync("post-data", source.PostData, new Repositories.StreamReader(blobs), cancellationToken);
        var archive = new ArchiveRestorer(DatabaseRestorer.ToolsFor(connection, source), address, _ => { });
        return PostDataList.Make([], await archive.ScriptAsync(postData, list: null, cancellationToken), searchLater: true).Late;
    }

    private static async Task BuildAsync(NpgsqlConnection connection, LateIndex index, CancellationToken cancellationToken)
    {
        var isValid = await connection.QueryAsync(
            $"SELECT i.indisvalid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {Sql.Literal(index.Schema)} AND c.relname = {Sql.Literal(index.Name)}",
            row => row.GetBoolean(0),
            cancellationToken);
        if (isValid is [true])
        {
            return;
        }

        try
        {
            if (isValid is [false])
            {
                await connection.ExecuteAsync($"DROP INDEX CONCURRENTLY {Sql.Name(index.Schema, index.Name)}", cancellationToken);
            }

            await connection.ExecuteAsync(index.Statement, cancellationToken);
            await connection.ExecuteAsync($"ANALYZE {Sql.Name(index.Schema, index.Table)}", cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw new EngineException(EngineFault.Unavailable, $"The index {index.Name} could not be built: {(failure as PostgresException)?.MessageText ?? failure.Message}", Hint, failure);
        }
    }
}

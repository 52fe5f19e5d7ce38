using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Tests.Sources.Postgres;

/// <summary>Dumps a database as of the snapshot that somebody else holds in it right now.</summary>
internal static class HeldSnapshot
{
    internal static async Task<string> DumpAsync(TestDatabase database)
    {
        foreach (var id in (await database.QueryAsync("SELECT pg_ls_dir('pg_snapshots')")).Select(row => (string)row[0]!))
        {
            if (await IsOfAsync(database, id))
            {
                return await PgDump.DumpAsync(database.Uri, [$"--snapshot={id}"]);
            }
        }

        throw new InvalidOperationException("Nobody holds a snapshot.");
    }

    private static async Task<bool> IsOfAsync(TestDatabase database, string id)
    {
        try
        {
            await database.ExecuteAsync($"BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '{id}'");
            return true;
        }
        catch (PostgresException)
        {
            // It belongs to another database, or just went.
            return false;
        }
    }
}

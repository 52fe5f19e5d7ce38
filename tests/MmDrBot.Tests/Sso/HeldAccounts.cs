using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.Tests.Sso;

/// <summary>Keeps the server from writing these accounts until they are let go: whoever asks it to waits for the answer meanwhile. Reading goes on.</summary>
internal sealed class HeldAccounts : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldAccounts(TestDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_database, _connection, _transaction) = (database, connection, transaction);

    internal static async Task<HeldAccounts> HoldAsync(TestDatabase database, IEnumerable<StandInAccount> people)
    {
        var connection = await database.OpenAsync();
        var held = new HeldAccounts(database, connection, await connection.BeginTransactionAsync());
        await using var command = new NpgsqlCommand("select id from users where id = any($1) for update", connection) { Parameters = { new() { Value = people.Select(person => person.Id).ToArray() } } };
        await command.ExecuteNonQueryAsync();
        return held;
    }

    /// <summary>How many writes of the server wait.</summary>
    internal static Task<long> WaitingAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'mattermost stand-in' and wait_event_type = 'Lock'");

    internal Task<long> WaitingAsync() => WaitingAsync(_database);

    internal Task LetGoAsync() => _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

using System.Data.Common;
using Dapper;
using MmDrBot.Access;

namespace MmDrBot.Data;

/// <summary>
/// The service's own memory: SQLite beside it, or PostgreSQL. The schema is brought up to date before the first use.
/// Errors of the database that an operator can mend come out as <see cref="Refusal"/>.
/// </summary>
internal sealed class StateDatabase : IAsyncDisposable
{
    private const int MaxAttempts = 4;

    private readonly StateConnectionString _target;
    private readonly StateConnections _connections;
    private readonly StateSchema _schema;
    private readonly SemaphoreSlim _writers;
    private volatile bool _migrated;

    static StateDatabase() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public StateDatabase(string connectionString, TimeProvider time)
    {
        _target = StateConnectionString.Parse(connectionString);
        _connections = new(_target);
        _schema = new(_target.Dialect, time);
        // SQLite has one writer; to wait for it here costs no thread, to wait inside SQLite would.
        _writers = new(Dialect == StateDialect.Sqlite ? 1 : int.MaxValue);
    }

    public StateDialect Dialect => _target.Dialect;

    /// <summary>
    /// Runs the work in one write transaction and commits it. The work may run again after a conflict with another
    /// transaction, so it must change nothing outside; it must not begin a second transaction, and does no network.
    /// Nothing is written once the token is cancelled.
    /// </summary>
    public async Task<T> InTransactionAsync<T>(Func<StateTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);

        return await RetryAsync(() => WriteOnceAsync(work, cancellationToken));
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task InTransactionAsync(Func<StateTransaction, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async (transaction, token) =>
            {
                await work(transaction, token);
                return true;
            },
            cancellationToken);

    /// <summary>Runs the work on one snapshot; it must not write.</summary>
    public async Task<T> ReadAsync<T>(Func<StateTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);

        return await RetryAsync(async () =>
        {
            await using var connection = await _connections.OpenAsync(cancellationToken);
            await using var transaction = await StateConnections.BeginReadAsync(connection, cancellationToken);

            return await work(new(Dialect, transaction), cancellationToken);
        });
    }

    /// <summary>Brings the schema up to date. Every other method does so by itself; many processes may at once.</summary>
    /// <exception cref="Refusal">Unavailable: the database was written by a newer version.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        if (_migrated)
            return;

        await RetryAsync(() => WriteOnceAsync(_schema.ApplyAsync, cancellationToken));
        _migrated = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync();
        _writers.Dispose();
    }

    private async Task<T> WriteOnceAsync<T>(Func<StateTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _writers.WaitAsync(cancellationToken);

        try
        {
            await using var connection = await _connections.OpenAsync(cancellationToken);
            await using var transaction = await StateConnections.BeginWriteAsync(connection, cancellationToken);
            var state = new StateTransaction(Dialect, transaction);
            var result = await work(state, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            // Once begun, a commit is seen through: to cancel it would leave its outcome unknown.
            await transaction.CommitAsync(CancellationToken.None);
            state.Committed();

            return result;
        }
        finally
        {
            _writers.Release();
        }
    }

    private static async Task<T> RetryAsync<T>(Func<Task<T>> attempt)
    {
        for (var count = 1; ; count++)
        {
            try
            {
                return await attempt();
            }
            catch (DbException exception) when (StateErrors.IsConflict(exception) && count < MaxAttempts)
            {
                // The other transaction has won; it is over by now.
            }
            catch (Exception exception) when (StateErrors.ToRefusal(exception) is { } refusal)
            {
                throw refusal;
            }
        }
    }
}

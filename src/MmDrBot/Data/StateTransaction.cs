using System.Data.Common;
using Dapper;

namespace MmDrBot.Data;

/// <summary>
/// One transaction on the state database. Columns in snake case map to properties in Pascal case.
/// Values are portable: text, and bigint for numbers, Unix milliseconds and booleans.
/// </summary>
internal sealed class StateTransaction(StateDialect dialect, DbTransaction transaction)
{
    private readonly List<Action> _afterCommit = [];

    /// <summary>Ends a select that locks its rows; SQLite's write transactions hold the whole file.</summary>
    public string ForUpdate => dialect == StateDialect.PostgreSql ? "for update" : "";

    /// <summary>As <see cref="ForUpdate"/>, but rows that another transaction has locked are passed over.</summary>
    public string ForUpdateSkipLocked => dialect == StateDialect.PostgreSql ? "for update skip locked" : "";

    public Task<int> ExecuteAsync(string sql, object? values, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(Command(sql, values, cancellationToken));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values, CancellationToken cancellationToken) =>
        (await Connection.QueryAsync<T>(Command(sql, values, cancellationToken))).AsList();

    /// <summary>The first row, or the type's default when there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? values, CancellationToken cancellationToken) =>
        Connection.QueryFirstOrDefaultAsync<T>(Command(sql, values, cancellationToken));

    /// <summary>Runs once the transaction has been committed, and never if it was not. It must be quick and must not throw.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    public void Committed() => _afterCommit.ForEach(action => action());

    private DbConnection Connection => transaction.Connection!;

    private CommandDefinition Command(string sql, object? values, CancellationToken cancellationToken) =>
        new(sql, values, transaction, cancellationToken: cancellationToken);
}

using Dapper;
using MmDrBot.Access;
using MmDrBot.Protection;
using Npgsql;

namespace MmDrBot.Sso;

/// <summary>
/// Reads accounts from Mattermost's database, never writes. The API hides auth_data on most releases, and its cache is stale for half an
/// hour after a change of it; the rows are neither.
/// </summary>
internal sealed class AccountDirectory(ProtectedServer server) : IAsyncDisposable
{
    private const int Connections = 8;

    // The column remoteid came and the jsonb detour reads it where it is; the row itself never leaves the server.
    private const string Columns = """
        u.id, u.username, u.email, coalesce(u.authservice, '') as authservice, u.authdata, coalesce(u.password, '') <> '' as haspassword,
        coalesce(u.mfaactive, false) as mfaactive, coalesce(u.roles, '') as roles, coalesce(u.deleteat, 0) as deleteat, coalesce(u.lastpasswordupdate, 0) as lastpasswordupdate, coalesce(u.emailverified, false) as emailverified,
        exists (select 1 from bots b where b.userid = u.id) as isbot, coalesce(to_jsonb(u) ->> 'remoteid', '') <> '' as isremote
        """;

    private readonly SemaphoreSlim _once = new(1);
    private NpgsqlDataSource? _source;

    /// <summary>Those that exist, by name, e-mail address or id; deactivated ones included.</summary>
    internal Task<IReadOnlyList<MattermostAccount>> FindAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var wanted = names.Select(name => name.TrimStart('@').ToLowerInvariant()).ToArray();
        return QueryAsync<MattermostAccount>($"select {Columns} from users u where u.username = any(@wanted) or u.email = any(@wanted) or u.id = any(@wanted)", new { wanted }, cancellationToken);
    }

    internal async Task<MattermostAccount?> GetAsync(string userId, CancellationToken cancellationToken) =>
        (await QueryAsync<MattermostAccount>($"select {Columns} from users u where u.id = @userId", new { userId }, cancellationToken)).FirstOrDefault();

    internal async Task<IReadOnlyList<MattermostAccount>> GetAllAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        userIds.Count == 0 ? [] : await QueryAsync<MattermostAccount>($"select {Columns} from users u where u.id = any(@ids)", new { ids = userIds.ToArray() }, cancellationToken);

    /// <summary>Another account that holds this binding, whatever its service: Mattermost allows each value once.</summary>
    internal async Task<MattermostAccount?> HolderOfAsync(string authData, string exceptUserId, CancellationToken cancellationToken) =>
        (await QueryAsync<MattermostAccount>($"select {Columns} from users u where u.authdata = @authData and u.id <> @exceptUserId", new { authData, exceptUserId }, cancellationToken)).FirstOrDefault();

    /// <summary>Whoever holds one of these bindings, whatever the service.</summary>
    internal async Task<IReadOnlyList<MattermostAccount>> HoldersOfAsync(IReadOnlyCollection<string> authData, CancellationToken cancellationToken) =>
        authData.Count == 0 ? [] : await QueryAsync<MattermostAccount>($"select {Columns} from users u where u.authdata = any(@data)", new { data = authData.ToArray() }, cancellationToken);

    /// <summary>How many active system administrators sign in with a password and can be reached when single sign-on is away.</summary>
    /// <param name="except">Ids of those who do so for the time of an outage only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<long> CountBreakGlassAsync(IReadOnlyCollection<string> except, CancellationToken cancellationToken) =>
        (await QueryAsync<long>("select count(*) from users u where coalesce(u.authservice, '') = '' and coalesce(u.password, '') <> '' and u.deleteat = 0 and ' ' || u.roles || ' ' like '% system_admin %' and not exists (select 1 from bots b where b.userid = u.id) and not u.id = any(@except)", new { except = except.ToArray() }, cancellationToken))[0];

    /// <summary>Runs a query on Mattermost's database.</summary>
    /// <exception cref="Refusal">Unavailable: the database does not answer, or refuses.</exception>
    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values, CancellationToken cancellationToken)
    {
        try
        {
            var source = await SourceAsync(cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: cancellationToken))).AsList();
        }
        catch (NpgsqlException failure)
        {
            var refused = failure as PostgresException;
            throw new Refusal(RefusalReason.Unavailable, $"Mattermost's database could not be read: {refused?.MessageText ?? failure.Message}", "Accounts are read from there, since the API hides what a conversion destroys. See `mmdr config check`.", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        _once.Dispose();
    }

    private async Task<NpgsqlDataSource> SourceAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            return _source ??= NpgsqlDataSource.Create((await server.DatabaseAsync(cancellationToken)).ToPoolString("mmdr accounts", Connections));
        }
        finally
        {
            _once.Release();
        }
    }
}

using System.Text.RegularExpressions;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// A database of one drill, which is dropped with the object. An advisory lock in the server's `postgres` database tells a living drill from
/// one that was killed, whose database the next one drops.
/// </summary>
internal sealed partial class ScratchDatabase : IAsyncDisposable
{
    private const string Comment = "Scratch database of a restore drill of mmdr. It is dropped when the drill is over, or by the next drill.";
    private readonly NpgsqlConnection _holder;
    private readonly PostgresAddress _server;

    private ScratchDatabase(NpgsqlConnection holder, PostgresAddress server, string name) => (_holder, _server, Address) = (holder, server, server.WithDatabase(name));

    internal PostgresAddress Address { get; }

    /// <summary>Makes it, empty, as the restore point's was.</summary>
    internal static async Task<ScratchDatabase> CreateAsync(PostgresAddress server, string name, DatabaseComponent source, Action<string> note, CancellationToken cancellationToken)
    {
        var holder = await PostgresConnection.OpenAsync(Maintenance(server), cancellationToken);
        try
        {
            await RequireAsync(holder, server, source.Major, cancellationToken);
            await holder.ExecuteAsync($"SELECT pg_catalog.pg_advisory_lock({KeyOf(name)})", cancellationToken);
            var made = new ScratchDatabase(holder, server, name);
            await new DatabaseTarget(made.Address).CreateAsync(source, note, cancellationToken);
            return made;
        }
        catch (EngineException refused) when (refused.Fault is EngineFault.Conflict)
        {
            await holder.DisposeAsync();
            throw new EngineException(EngineFault.Unavailable, $"The scratch database of the drill could not be made: {refused.Message}", $"The server needs the locale {source.Collate}, and the role CREATEDB. Install the locale, or let MMDR_Drills__DatabaseUrl name a server that has it.", refused);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says on the database what it is; a restore uses the comment for itself while it runs.</summary>
    internal async Task LabelAsync(CancellationToken cancellationToken) =>
        await _holder.ExecuteAsync($"COMMENT ON DATABASE {Sql.Name(Address.Database)} IS {Sql.Literal(Comment)}", cancellationToken);

    /// <summary>Drops what killed drills left on the server. What somebody is connected to is left to a later drill.</summary>
    internal static async Task SweepAsync(PostgresAddress server, Action<string> note, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(Maintenance(server), cancellationToken);
        var names = await connection.QueryAsync("SELECT datname FROM pg_catalog.pg_database WHERE pg_catalog.pg_has_role(datdba, 'USAGE')", row => row.GetString(0), cancellationToken);
        foreach (var name in names.Where(name => Ours().IsMatch(name)))
        {
            if (await connection.ScalarAsync<bool>($"SELECT pg_catalog.pg_try_advisory_lock({KeyOf(name)})", cancellationToken))
            {
                await TryDropAsync(connection, name, note, cancellationToken);
                await connection.ExecuteAsync($"SELECT pg_catalog.pg_advisory_unlock({KeyOf(name)})", cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var connection = await PostgresConnection.OpenAsync(Maintenance(_server), CancellationToken.None);
            await connection.ExecuteAsync($"SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = {Sql.Literal(Address.Database)} AND pid <> pg_catalog.pg_backend_pid()", CancellationToken.None);
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {Sql.Name(Address.Database)}", CancellationToken.None);
        }
        catch (Exception away) when (away is EngineException or NpgsqlException)
        {
            // What is left the next drill drops; the drill's own end must not be lost over it.
        }

        await _holder.DisposeAsync();
    }

    internal static PostgresAddress Maintenance(PostgresAddress server) => server.WithDatabase("postgres");

    /// <exception cref="EngineException">Unavailable: the server is too old, or lets us make no database.</exception>
    internal static async Task RequireAsync(PostgresAddress server, int major, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(Maintenance(server), cancellationToken);
        await RequireAsync(connection, server, major, cancellationToken);
    }

    private static async Task RequireAsync(NpgsqlConnection connection, PostgresAddress server, int major, CancellationToken cancellationToken)
    {
        if (connection.MajorVersion() < major)
        {
            throw new EngineException(EngineFault.Unavailable, $"{server} runs PostgreSQL {connection.MajorVersion()}; the restore point is of PostgreSQL {major}.", "Let MMDR_Drills__DatabaseUrl name a server of the same or a newer version.");
        }

        if (!await connection.ScalarAsync<bool>("SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", cancellationToken))
        {
            throw new EngineException(EngineFault.Unavailable, $"The role {server.User} may make no database on {server}, so no scratch database either.", $"ALTER ROLE {Sql.Name(server.User)} CREATEDB; or let MMDR_Drills__DatabaseUrl name another role.");
        }
    }

    private static async Task TryDropAsync(NpgsqlConnection connection, string name, Action<string> note, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {Sql.Name(name)}", cancellationToken);
            note($"The database {name}, which a drill that was interrupted had left, was dropped.");
        }
        catch (PostgresException inUse) when (inUse.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.InsufficientPrivilege)
        {
            note($"The database {name}, which a drill that was interrupted had left, could not be dropped: {inUse.MessageText}.");
        }
    }

    /// <summary>"mmdr" in the upper half, so that it meets no key of anybody else.</summary>
    private static long KeyOf(string name) => 0x6d6d_6472_0000_0000 | Convert.ToUInt32(name.Substring(ScratchDirectory.Prefix.Length, 8), 16);

    [GeneratedRegex("^mmdr_drill_[0-9a-f]{16}(_config)?$")]
    private static partial Regex Ours();
}

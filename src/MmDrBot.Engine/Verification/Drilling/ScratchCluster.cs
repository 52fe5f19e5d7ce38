using System.Diagnostics;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// A PostgreSQL server of our own for the length of a drill: reached by a socket that only we can open, not by network, and quick rather than
/// durable, since nothing of it is kept.
/// </summary>
internal sealed class ScratchCluster : IAsyncDisposable
{
    private const string Role = "mmdr_drill";
    private const int LongestSocket = 107;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Settings =
    [
        "listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "autovacuum=off",
        "max_connections=60", "logging_collector=off", "log_destination=stderr", "unix_socket_permissions=0700", "dynamic_shared_memory_type=mmap", "jit=off",
    ];

    private readonly Process _server;
    private readonly Tail _errors;

    private ScratchCluster(Process server, Tail errors, PostgresAddress address) => (_server, _errors, Address) = (server, errors, address);

    /// <summary>How to sign in, as its superuser.</summary>
    internal PostgresAddress Address { get; }

    internal static async Task<ScratchCluster> StartAsync(ServerPrograms programs, ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        var (user, home) = (ScratchUser.Find(), Path.Combine(scratch.Root, "pg"));
        var (data, sockets) = (Path.Combine(home, "data"), Path.Combine(home, "run"));
        if ($"{sockets}/.s.PGSQL.5432".Length > LongestSocket)
        {
            throw new EngineException(EngineFault.Invalid, $"The path {sockets} is too long for a socket.", "Set MMDR_Drills__Directory to a shorter path.");
        }

        foreach (var directory in new[] { home, sockets })
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            user.Own(directory);
        }

        await InitializeAsync(programs, user, data, scratch.Root, cancellationToken);
        var server = Start(user, programs.PathOf("postgres"), ["-D", data, "-k", sockets, "-p", "5432", .. Settings.SelectMany(setting => new[] { "-c", setting })]);
        StrayProcesses.Remember(scratch.Processes, server.Id);
        var started = new ScratchCluster(server, new Tail(server.StandardError), new PostgresAddress { Host = sockets, User = Role, Database = "postgres", SslMode = "disable" });
        try
        {
            await started.WaitAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the roles that own things in the restore point, so that owners and grants are restored, and proven, as well.</summary>
    internal async Task MakeRolesAsync(DatabaseComponent source, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(Address, cancellationToken);
        foreach (var role in source.Roles.Append(source.Owner).Distinct().Where(role => role != Role && !role.StartsWith("pg_", StringComparison.Ordinal)))
        {
            await connection.ExecuteAsync($"CREATE ROLE {Sql.Name(role)}", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var signal in new[] { Posix.Interrupt, Posix.Quit, Posix.Kill })
        {
            if (!_server.HasExited)
            {
                Posix.Signal(_server.Id, signal);
                await Task.WhenAny(_server.WaitForExitAsync(CancellationToken.None), Task.Delay(TimeSpan.FromSeconds(20), CancellationToken.None));
            }
        }

        _server.Dispose();
    }

    private static async Task InitializeAsync(ServerPrograms programs, ScratchUser user, string data, string root, CancellationToken cancellationToken)
    {
        using var run = Start(user, programs.PathOf("initdb"), ["-D", data, "-U", Role, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
        var errors = new Tail(run.StandardError);
        try
        {
            await run.WaitForExitAsync(cancellationToken);
        }
        catch
        {
            run.Kill(entireProcessTree: true);
            throw;
        }

        if (run.ExitCode != 0)
        {
            throw new EngineException(EngineFault.Unavailable, $"initdb ended with code {run.ExitCode} as {user.Name}: {await errors.TextAsync()}", $"The user {user.Name} has to get into {root}: set MMDR_Drills__Directory to a directory whose parents it may enter. Or set MMDR_Drills__DatabaseUrl to a server on which a scratch database may be made.");
        }
    }

    private static Process Start(ScratchUser user, string program, IEnumerable<string> arguments)
    {
        var (file, all) = user.Run(program, arguments);
        var start = new ProcessStartInfo(file, all) { RedirectStandardError = true, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("MM", StringComparison.Ordinal) || name.StartsWith("LC_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        _ = new Tail(process.StandardOutput);
        return process;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Patience && !_server.HasExited; waited += TimeSpan.FromMilliseconds(50))
        {
            try
            {
                await using var connection = await PostgresConnection.OpenAsync(Address, cancellationToken);
                return;
            }
            catch (EngineException early) when (early.InnerException is NpgsqlException or System.Net.Sockets.SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }

        throw new EngineException(EngineFault.Unavailable, $"The throwaway PostgreSQL of the drill did not start: {(_server.HasExited ? await _errors.TextAsync() : "no answer in time")}", "Set MMDR_Drills__DatabaseUrl to a server on which a scratch database may be made, if this can't be mended.");
    }
}

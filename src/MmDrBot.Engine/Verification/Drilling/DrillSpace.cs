using System.Globalization;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Whether a drill has room, looked at before anything is written.</summary>
internal static class DrillSpace
{
    // A database takes more room than the text of its rows: pages and indexes. Twice and a half is what Mattermost's tables came to.
    private const double DatabaseFactor = 2.5;
    private const long Reserve = 256L << 20;

    internal static long OfDatabase(RestorePoint point) => (long)(((point.Database?.Bytes ?? 0) + (point.Config?.Database?.Bytes ?? 0)) * DatabaseFactor);

    internal static long OfFiles(RestorePoint point) => (point.Files is { Mode: "copy" } ? point.Files.Bytes : 0) + (point.Config?.List is null ? 0 : point.Config.Bytes);

    /// <exception cref="EngineException">Unavailable: there is too little.</exception>
    internal static void Require(string directory, long needed)
    {
        Directory.CreateDirectory(directory);
        RequireFree(new DriveInfo(Path.GetFullPath(directory)), directory, needed, "Make room there, or set MMDR_Drills__Directory to a directory on a larger disk.");
    }

    /// <summary>A server on this machine that tells where its files are is looked at; of others nothing is known from here.</summary>
    internal static async Task RequireAsync(PostgresAddress server, RestorePoint point, Action<string> note, CancellationToken cancellationToken)
    {
        if (await DataDirectoryAsync(server, cancellationToken) is { } directory)
        {
            RequireFree(new DriveInfo(directory), directory, OfDatabase(point), "Make room there, or let MMDR_Drills__DatabaseUrl name another server.");
        }
        else
        {
            note($"How much room {server} has can't be seen from here; the scratch database takes about {Megabytes(OfDatabase(point))}.");
        }
    }

    private static async Task<string?> DataDirectoryAsync(PostgresAddress server, CancellationToken cancellationToken)
    {
        if (!server.Host.StartsWith('/') && server.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            return null;
        }

        await using var connection = await PostgresConnection.OpenAsync(ScratchDatabase.Maintenance(server), cancellationToken);
        try
        {
            var directory = await connection.ScalarAsync<string>("SELECT pg_catalog.current_setting('data_directory')", cancellationToken);
            return Directory.Exists(directory) ? directory : null;
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }

    private static void RequireFree(DriveInfo drive, string directory, long needed, string hint)
    {
        if (drive.AvailableFreeSpace < needed + Reserve)
        {
            throw new EngineException(EngineFault.Unavailable, $"The drill needs about {Megabytes(needed + Reserve)} in {directory}; {Megabytes(drive.AvailableFreeSpace)} are free. Nothing was written.", hint);
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:N0} MB");
}

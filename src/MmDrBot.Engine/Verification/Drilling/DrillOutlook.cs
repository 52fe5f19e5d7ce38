using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Whether a drill could run.</summary>
/// <param name="Place">Where the database would be restored, in words.</param>
/// <param name="Needed">Bytes that the scratch directory would take.</param>
/// <param name="Free">Bytes that are free there.</param>
public sealed record DrillOutlook(string Place, long Needed, long Free)
{
    /// <summary>Looks; nothing is made.</summary>
    /// <param name="point">What would be drilled; null where there is nothing yet.</param>
    /// <param name="server">The server that scratch databases are made on; null: a throwaway one.</param>
    /// <param name="directory">Where the scratch directory would be.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="EngineException">No drill could run; the hint says what to do.</exception>
    public static async Task<DrillOutlook> OfAsync(RestorePoint? point, PostgresAddress? server, string directory, CancellationToken cancellationToken)
    {
        var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        var files = point is null ? 0 : DrillSpace.OfFiles(point);
        if (server is not null)
        {
            await ScratchDatabase.RequireAsync(server, point?.Database?.Major ?? 0, cancellationToken);
            return new DrillOutlook($"Scratch databases on {server.WithDatabase("")}", files, free);
        }

        _ = ScratchUser.Find();
        var programs = Drill.ProgramsFor(point?.Database?.Major ?? 0);
        return new DrillOutlook($"A throwaway PostgreSQL {programs.Major} of {programs.Directory}", files + (point is null ? 0 : DrillSpace.OfDatabase(point)), free);
    }
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>
/// Stores a section of pg_dump's archive. While it flows by, pg_restore reads its table of contents: a dump that was cut off, by whatever,
/// counts for nothing, even where pg_dump itself saw no error.
/// </summary>
internal sealed class SchemaDump(PostgresAddress address, Snapshot snapshot, PostgresTools tools, Repositories.StreamWriter streams)
{
    internal const string PreData = "pre-data";

    internal async Task<StreamRef> StoreAsync(string section, string[] chosen, CancellationToken cancellationToken)
    {
        await using var dump = tools.Start("pg_dump", address, ["--format=custom", "--compress=0", $"--section={section}", $"--snapshot={snapshot.Id}", $"--lock-wait-timeout={Snapshot.FurtherLockTimeout}", .. chosen], readOutput: true);
        await using var list = tools.Start("pg_restore", address, ["--list"], readOutput: true, writeInput: true);
        using var reader = new System.IO.StreamReader(list.Output);
        var contents = reader.ReadToEndAsync(cancellationToken);
        var stored = await streams.StoreAsync(new TeeStream(dump.Output, list.Input), null, cancellationToken);
        list.Input.Close();
        await WaitAsync(dump, cancellationToken);
        await RequireWholeAsync(section, list, await contents, cancellationToken);
        return stored;
    }

    private static async Task WaitAsync(ToolRun dump, CancellationToken cancellationToken)
    {
        try
        {
            await dump.WaitAsync(acceptFailure: false, cancellationToken);
        }
        catch (EngineException failed) when (failed.Message.Contains("LOCK TABLE", StringComparison.Ordinal) && failed.Message.Contains("timeout", StringComparison.Ordinal))
        {
            throw new EngineException(EngineFault.Locked, "pg_dump could not lock the tables: somebody waits for a table to be free, such as a migration, TRUNCATE or VACUUM FULL.", "Try again when that is done.", failed);
        }
    }

    private async Task RequireWholeAsync(string section, ToolRun list, string contents, CancellationToken cancellationToken)
    {
        var complaint = (await list.WaitAsync(acceptFailure: true, cancellationToken)).Trim();
        if (list.ExitCode != 0)
        {
            throw NotWhole($"pg_dump ended without an error, but what it gave for {section} is not whole: {complaint}");
        }

        if (section == PreData && snapshot.Tables.FirstOrDefault(table => table.Filter is null && !contents.Contains(EntryOf(table), StringComparison.Ordinal)) is { } missing)
        {
            throw NotWhole($"pg_dump ended without an error, but what it gave for {section} does not define the table {missing.QualifiedName}.");
        }
    }

    /// <summary>As `pg_restore --list` prints it: line ends in names become blanks.</summary>
    private static string EntryOf(CatalogTable table) => $" TABLE {table.Schema} {table.Name} ".Replace('\n', ' ').Replace('\r', ' ');

    private static EngineException NotWhole(string message) =>
        new(EngineFault.Unavailable, message, "Run pg_dump by hand to see what it writes. Something between it and us may cut it off: a wrapper in PATH, a full disk, a broken installation.");
}

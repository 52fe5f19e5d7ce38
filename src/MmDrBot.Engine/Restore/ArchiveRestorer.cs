using System.Globalization;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Restore;

/// <summary>Runs pg_restore. Roles that do not exist here, or are not ours to give to, become notes; every other error ends the restore.</summary>
internal sealed class ArchiveRestorer(PostgresTools tools, PostgresAddress address, Action<string> note)
{
    private const string Query = "could not execute query: ERROR:";

    internal async Task RestoreAsync(string archive, int jobs, string? list, CancellationToken cancellationToken)
    {
        string[] options = ["--no-password", $"--jobs={jobs.ToString(CultureInfo.InvariantCulture)}", $"--dbname=dbname={Quote(address.Database)}", .. list is null ? Array.Empty<string>() : [$"--use-list={list}"], archive];
        await using var run = tools.Start("pg_restore", address, options, readOutput: false);
        var errors = await run.WaitAsync(acceptFailure: true, cancellationToken);
        var failed = errors.Split('\n').Where(line => line.Contains("error:", StringComparison.Ordinal)).ToArray();
        foreach (var line in failed.Where(IsAboutRoles))
        {
            note(line[(line.IndexOf("ERROR:", StringComparison.Ordinal) + 6)..].Trim() + " (an owner or a grant was left out)");
        }

        if (failed.Any(line => !IsAboutRoles(line)) || (run.ExitCode != 0 && failed.Length == 0))
        {
            throw new EngineException(EngineFault.Unavailable, $"pg_restore failed: {(failed.FirstOrDefault(line => !IsAboutRoles(line)) ?? errors).Trim()}", "The target is incomplete and marked so: mend the cause and run the same restore again.");
        }
    }

    /// <summary>The table of contents, a line an entry.</summary>
    internal async Task<IReadOnlyList<string>> ListAsync(string archive, CancellationToken cancellationToken) =>
        [.. (await OutputAsync(["--list", archive], cancellationToken)).Split('\n').Where(line => line.Length > 0 && line[0] != ';')];

    /// <summary>The archive as SQL.</summary>
    internal Task<string> ScriptAsync(string archive, CancellationToken cancellationToken) => OutputAsync(["--file=-", archive], cancellationToken);

    private async Task<string> OutputAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var run = tools.Start("pg_restore", address, arguments, readOutput: true);
        using var reader = new System.IO.StreamReader(run.Output);
        var text = await reader.ReadToEndAsync(cancellationToken);
        await run.WaitAsync(acceptFailure: false, cancellationToken);
        return text;
    }

    private static bool IsAboutRoles(string line) =>
        line.Contains(Query, StringComparison.Ordinal)
        && ((line.Contains("role \"", StringComparison.Ordinal) && line.EndsWith("does not exist", StringComparison.Ordinal))
            || line.Contains("must be member of role", StringComparison.Ordinal)
            || line.Contains("must be able to SET ROLE", StringComparison.Ordinal)
            || line.Contains("must be owner of schema public", StringComparison.Ordinal));

    private static string Quote(string value) => $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

using System.Globalization;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

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
        var lines = errors.Split('\n');
        var failed = lines.Where(line => line.Contains("error:", StringComparison.Ordinal)).ToArray();
        if (failed.Any(line => !IsAboutRoles(line)) || (run.ExitCode != 0 && failed.Length == 0))
        {
            throw new EngineException(EngineFault.Unavailable, $"pg_restore failed: {(failed.FirstOrDefault(line => !IsAboutRoles(line)) ?? errors).Trim()}", "The target is incomplete and marked so: mend the cause and run the same restore again.");
        }

        if (failed.Length > 0)
        {
            NoteRoles(lines);
            await RepeatGrantsAsync(archive, list, cancellationToken);
        }
    }

    private void NoteRoles(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var command = i + 1 < lines.Length && lines[i + 1].StartsWith("Command was: ", StringComparison.Ordinal) ? lines[i + 1]["Command was: ".Length..] : "";
            if (IsAboutRoles(lines[i]) && !command.StartsWith("GRANT", StringComparison.Ordinal) && !command.StartsWith("REVOKE", StringComparison.Ordinal))
            {
                var owner = command.Contains(" OWNER TO ", StringComparison.Ordinal);
                note(lines[i][(lines[i].IndexOf("ERROR:", StringComparison.Ordinal) + 6)..].Trim() + (owner ? $" (what it owned belongs to {address.User} now)" : $" (left out: {command})"));
            }
        }
    }

    /// <summary>Grants that went together with a missing role's are given again one by one; those that were given already are not changed by that.</summary>
    private async Task RepeatGrantsAsync(string archive, string? list, CancellationToken cancellationToken)
    {
        var entries = (list is null ? await ListAsync(archive, cancellationToken) : await File.ReadAllLinesAsync(list, cancellationToken)).Where(GrantStatements.IsGrant).ToArray();
        if (entries.Length == 0)
        {
            return;
        }

        var grants = $"{archive}-grants-{Guid.NewGuid():N}";
        await File.WriteAllLinesAsync(grants, entries, cancellationToken);
        var script = await OutputAsync([$"--use-list={grants}", "--file=-", archive], cancellationToken);
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        foreach (var statement in GrantStatements.Find(script))
        {
            await GrantAsync(connection, statement, cancellationToken);
        }
    }

    private async Task GrantAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.UndefinedObject || IsRoleMessage(refused.MessageText))
        {
            note($"{refused.MessageText} (left out: {statement})");
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
        line.Contains(Query, StringComparison.Ordinal) && IsRoleMessage(line);

    private static bool IsRoleMessage(string message) =>
        (message.Contains("role \"", StringComparison.Ordinal) && message.EndsWith("does not exist", StringComparison.Ordinal))
        || message.Contains("must be member of role", StringComparison.Ordinal)
        || message.Contains("must be able to SET ROLE", StringComparison.Ordinal)
        || message.Contains("must be owner of schema public", StringComparison.Ordinal);

    private static string Quote(string value) => $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

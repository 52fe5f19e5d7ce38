using System.Globalization;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>Runs pg_restore, and what an archive says of roles by ourselves. Every error of pg_restore ends the restore.</summary>
internal sealed class ArchiveRestorer(PostgresTools tools, PostgresAddress address, Action<string> note)
{
    private readonly RoleGiver _roles = new(address, note);
    private bool _givesOwners;

    /// <summary>Looks once, before the first restore, whether pg_restore may give objects to their owners.</summary>
    internal async Task LookAtRolesAsync(NpgsqlConnection connection, IEnumerable<string> archives, CancellationToken cancellationToken)
    {
        var owners = new HashSet<string>();
        foreach (var archive in archives)
        {
            owners.UnionWith(RoleStatements.FindOwners(await ScriptAsync(archive, list: null, cancellationToken)).Select(item => item.Owner));
        }

        _givesOwners = await RoleGiver.CanGiveToAllAsync(connection, owners, cancellationToken);
    }

    /// <summary>Restores the entries of the archive, or those of <paramref name="chosen"/>.</summary>
    internal async Task RestoreAsync(string archive, int jobs, IEnumerable<string>? chosen, CancellationToken cancellationToken)
    {
        var entries = (chosen ?? await ListAsync(archive, cancellationToken)).ToLookup(RoleStatements.IsEntry);
        if (entries[false].Any())
        {
            var list = await WriteListAsync(archive, entries[false], cancellationToken);
            await RunAsync(archive, jobs, list, cancellationToken);
            if (!_givesOwners)
            {
                await _roles.GiveOwnersAsync([.. RoleStatements.FindOwners(await ScriptAsync(archive, list, cancellationToken)).Select(item => item.Statement)], cancellationToken);
            }
        }

        if (entries[true].Any())
        {
            var list = await WriteListAsync(archive, entries[true], cancellationToken);
            await _roles.RunAsync(RoleStatements.Find(await ScriptAsync(archive, list, cancellationToken)), cancellationToken);
        }
    }

    private async Task RunAsync(string archive, int jobs, string list, CancellationToken cancellationToken)
    {
        string[] options = ["--no-password", $"--jobs={jobs.ToString(CultureInfo.InvariantCulture)}", $"--dbname=dbname={Quote(address.Database)}", "--no-privileges", .. _givesOwners ? Array.Empty<string>() : ["--no-owner"], $"--use-list={list}", archive];
        await using var run = tools.Start("pg_restore", address, options, readOutput: false);
        var errors = await run.WaitAsync(acceptFailure: true, cancellationToken);
        var failed = errors.Split('\n').FirstOrDefault(line => line.Contains("error:", StringComparison.Ordinal));
        if (failed is not null || run.ExitCode != 0)
        {
            throw new EngineException(EngineFault.Unavailable, $"pg_restore failed: {(failed ?? errors).Trim()}", "The target is incomplete and marked so: mend the cause and run the same restore again.");
        }
    }

    private static async Task<string> WriteListAsync(string archive, IEnumerable<string> entries, CancellationToken cancellationToken)
    {
        var list = $"{archive}-list-{Guid.NewGuid():N}";
        await File.WriteAllLinesAsync(list, entries, cancellationToken);
        return list;
    }

    /// <summary>The table of contents, a line an entry.</summary>
    internal async Task<IReadOnlyList<string>> ListAsync(string archive, CancellationToken cancellationToken) =>
        [.. (await OutputAsync(["--list", archive], cancellationToken)).Split('\n').Where(line => line.Length > 0 && line[0] != ';')];

    /// <summary>The archive, or the entries of a list, as SQL.</summary>
    internal Task<string> ScriptAsync(string archive, string? list, CancellationToken cancellationToken) => OutputAsync([.. list is null ? Array.Empty<string>() : [$"--use-list={list}"], "--file=-", archive], cancellationToken);

    private async Task<string> OutputAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var run = tools.Start("pg_restore", address, arguments, readOutput: true);
        using var reader = new System.IO.StreamReader(run.Output);
        var text = await reader.ReadToEndAsync(cancellationToken);
        await run.WaitAsync(acceptFailure: false, cancellationToken);
        return text;
    }

    private static string Quote(string value) => $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

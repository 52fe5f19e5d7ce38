using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>pg_dump and pg_restore of a version that fits the server.</summary>
internal sealed partial class PostgresTools
{
    private PostgresTools(string directory) => Directory = directory;

    /// <summary>Where they are.</summary>
    internal string Directory { get; }

    /// <summary>Finds the oldest installed tools that are at least as new as the server: PATH first, then where Debian keeps several versions.</summary>
    internal static PostgresTools ForServer(int serverMajor)
    {
        var found = Candidates().Select(directory => (Directory: directory, Major: MajorOf(directory))).Where(item => item.Major > 0).ToArray();
        var fit = found.Where(item => item.Major >= serverMajor).OrderBy(item => item.Major).ToArray();
        return fit.Length > 0
            ? new PostgresTools(fit[0].Directory)
            : throw new EngineException(
                EngineFault.Unavailable,
                found.Length == 0 ? "PostgreSQL's client tools (pg_dump, pg_restore) are not installed here." : $"The server is PostgreSQL {serverMajor}, the newest client tools here are {found.Max(item => item.Major)}; pg_dump refuses newer servers.",
                $"Install postgresql-client-{serverMajor} or newer.");
    }

    /// <summary>Starts a tool; its standard output is the caller's to read, and its standard input the caller's to write where that is asked for.</summary>
    internal ToolRun Start(string tool, PostgresAddress address, IEnumerable<string> arguments, bool readOutput, bool writeInput = false)
    {
        var start = new ProcessStartInfo(Path.Combine(Directory, tool), arguments)
        {
            RedirectStandardOutput = readOutput,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("MMDR_", StringComparison.Ordinal) || name.StartsWith("MM_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in address.ToEnvironment())
        {
            start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["PGAPPNAME"] = $"mmdr {tool}";
        start.Environment["PGOPTIONS"] = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c maintenance_work_mem=256MB -c synchronous_commit=off";
        return ToolRun.Start(tool, start, address.Password, writeInput);
    }

    private static IEnumerable<string> Candidates()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var versioned = System.IO.Directory.Exists("/usr/lib/postgresql") ? System.IO.Directory.GetDirectories("/usr/lib/postgresql").Select(directory => Path.Combine(directory, "bin")) : [];
        return path.Concat(versioned).Where(directory => File.Exists(Path.Combine(directory, "pg_dump")) && File.Exists(Path.Combine(directory, "pg_restore")));
    }

    private static int MajorOf(string directory)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(directory, "pg_dump"), ["--version"]) { RedirectStandardOutput = true });
        var text = process?.StandardOutput.ReadToEnd() ?? "";
        process?.WaitForExit();
        return Version().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>PostgreSQL's server programs (initdb, postgres), for a cluster of our own.</summary>
public sealed partial class ServerPrograms
{
    private ServerPrograms(string directory, int major) => (Directory, Major) = (directory, major);

    /// <summary>Where they are.</summary>
    public string Directory { get; }

    /// <summary>PostgreSQL's major version.</summary>
    public int Major { get; }

    /// <summary>The oldest ones on this machine that are at least as new as the server that was backed up; null when there are none.</summary>
    public static ServerPrograms? Find(int atLeast) =>
        All().Where(item => item.Major >= atLeast).OrderBy(item => item.Major).FirstOrDefault();

    /// <summary>Which major versions are on this machine, in words.</summary>
    public static string Describe() => All() is { Count: > 0 } all ? string.Join(", ", all.Select(item => item.Major).Distinct().Order()) : "none";

    internal string PathOf(string program) => Path.Combine(Directory, program);

    private static List<ServerPrograms> All() => [.. Candidates().Distinct().Select(directory => new ServerPrograms(directory, MajorOf(directory))).Where(item => item.Major > 0)];

    private static IEnumerable<string> Candidates()
    {
        var versioned = System.IO.Directory.Exists("/usr/lib/postgresql") ? System.IO.Directory.GetDirectories("/usr/lib/postgresql").Select(directory => Path.Combine(directory, "bin")) : [];
        var others = System.IO.Directory.Exists("/usr") ? System.IO.Directory.GetDirectories("/usr", "pgsql-*").Select(directory => Path.Combine(directory, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return versioned.Concat(others).Concat(path).Where(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }

    private static int MajorOf(string directory)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(directory, "postgres"), ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
        var text = process?.StandardOutput.ReadToEnd() ?? "";
        process?.WaitForExit();
        return Version().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}

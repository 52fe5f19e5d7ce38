using System.Globalization;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// The servers that a drill started, written down by number and start time, so that those of a drill that was killed can be told from a
/// stranger's process of the same number, and ended.
/// </summary>
internal static class StrayProcesses
{
    private const int StartTimeField = 19; // of those behind the command's name, which ends with a bracket
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static void Remember(string file, int process)
    {
        if (StartOf(process) is { } start)
        {
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{process} {start}\n"));
        }
    }

    /// <summary>Ends those that still run; returns how many there were.</summary>
    internal static async Task<int> EndAsync(string file, CancellationToken cancellationToken)
    {
        var ended = 0;
        foreach (var line in File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [])
        {
            if (line.Split(' ') is [var number, var start] && int.TryParse(number, CultureInfo.InvariantCulture, out var process) && StartOf(process) == start)
            {
                await EndAsync(process, start, cancellationToken);
                ended++;
            }
        }

        return ended;
    }

    /// <summary>SIGQUIT first: PostgreSQL's own processes go with their postmaster then.</summary>
    private static async Task EndAsync(int process, string start, CancellationToken cancellationToken)
    {
        Posix.Signal(process, Posix.Quit);
        for (var waited = TimeSpan.Zero; StartOf(process) == start && waited < Patience; waited += TimeSpan.FromMilliseconds(50))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        if (StartOf(process) == start)
        {
            Posix.Signal(process, Posix.Kill);
        }

        // The group that it led, if it led one: what it started.
        Posix.Signal(-process, Posix.Kill);
    }

    /// <summary>Null when there is no such process, or only its remains.</summary>
    private static string? StartOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : fields[StartTimeField];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Diagnostics;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>A Mattermost that was started for a trial, in a group of processes of its own, with its output in a log.</summary>
internal sealed class ServerRun : IAsyncDisposable
{
    /// <summary>Of /bin/sh: the command was not found, or may not be run.</summary>
    internal const int NotFound = 127, NotRunnable = 126;

    private const int ShownLines = 6;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private ServerRun(Process process, string log) => (_process, Log) = (process, log);

    internal string Log { get; }

    internal bool HasExited => _process.HasExited;

    internal int ExitCode => _process.ExitCode;

    internal static ServerRun Start(BootRequest request, string config, string directory, string log, string remember)
    {
        File.WriteAllText(log, "");
        File.SetUnixFileMode(log, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // A session of its own, so that whatever the command starts can be ended with it, and a Ctrl-C of the terminal is ours to handle.
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", "exec >>\"$0\" 2>&1 </dev/null; eval \"exec $1\"", log, request.Command]) { WorkingDirectory = directory };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MM_", StringComparison.Ordinal) || name.StartsWith("MMDR_", StringComparison.Ordinal) || name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MM_CONFIG"] = config;
        // Whatever still calls out over HTTP finds nobody: port 9 discards.
        foreach (var name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy" })
        {
            start.Environment[name] = "http://127.0.0.1:9";
        }

        start.Environment["NO_PROXY"] = start.Environment["no_proxy"] = "127.0.0.1,localhost";
        var process = Process.Start(start)!;
        StrayProcesses.Remember(remember, process.Id);
        return new ServerRun(process, log);
    }

    /// <summary>The last lines of the log.</summary>
    internal string Tail()
    {
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, 4096), SeekOrigin.End);
        using var reader = new System.IO.StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(" | ", lines.TakeLast(ShownLines).Select(line => line.Trim()));
    }

    /// <summary>Asks it to end, then ends it, and whatever it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Posix.Signal(-_process.Id, Posix.Terminate);
            await Task.WhenAny(_process.WaitForExitAsync(CancellationToken.None), Task.Delay(Grace, CancellationToken.None));
        }

        Posix.Signal(-_process.Id, Posix.Kill);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}

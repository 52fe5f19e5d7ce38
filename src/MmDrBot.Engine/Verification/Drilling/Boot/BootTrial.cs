using System.Net;
using System.Net.Sockets;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>Starts Mattermost on what was restored, waits until it answers, reads through its API, and stops it. Its log is kept.</summary>
internal sealed class BootTrial(DrillWork work, BootRequest request, TimeProvider time)
{
    private const int KeptLogs = 10;

    /// <param name="config">The restored configuration; null where there is none that reads.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    internal async Task<(string? Log, EngineException? NotStarted)> RunAsync(byte[]? config, CancellationToken cancellationToken)
    {
        if (config is null || work.Database is null)
        {
            return (null, new EngineException(EngineFault.Invalid, $"Mattermost can't be started on restore point {work.Point.Id.ToString()[..8]}: it holds no {(config is null ? "configuration" : "database")}.", "Drill a restore point of all components, or say --level drill."));
        }

        work.Progress.Phase = "booting";
        var port = FreePort();
        Directory.CreateDirectory(work.Scratch.Boot);
        Directory.CreateDirectory(work.Scratch.Files);
        Directory.CreateDirectory(Path.Combine(work.Scratch.Boot, "config"));
        var file = Path.Combine(work.Scratch.Boot, "config", "config.json");
        await File.WriteAllBytesAsync(file, BootConfig.Make(config, work.Database, work.Scratch.Files, port), cancellationToken);
        var schema = work.Point.Database!.Tables.FirstOrDefault(table => table.Name == "posts")?.Schema ?? "public";
        await using var connection = await PostgresConnection.OpenAsync(work.Database, cancellationToken);
        BootSession? session = null;
        await work.Findings.LookAsync($"{DrillCheck.Boot}: account", async () => session = await BootSession.MakeAsync(connection, schema, time, cancellationToken));
        var log = NewLog();
        await using var run = ServerRun.Start(request, file, work.Scratch.Boot, log, work.Scratch.Processes);
        using var api = new BootApi(port, session?.Token);
        if (await WaitAsync(run, api, cancellationToken) is { } notStarted)
        {
            return (log, notStarted);
        }

        if (!work.Findings.HasFailed)
        {
            await ReadAsync(new BootReading(work, api, connection, schema, session), run, cancellationToken);
        }

        return (log, null);
    }

    private async Task ReadAsync(BootReading reading, ServerRun run, CancellationToken cancellationToken)
    {
        try
        {
            await reading.RunAsync(cancellationToken);
        }
        catch (Exception silent) when (silent is HttpRequestException or HttpIOException || (silent is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            work.Findings.Failed($"{DrillCheck.Boot}: reading", $"Mattermost answers no more: {silent.Message} Its last words: {run.Tail()}");
        }
    }

    /// <returns>Why the command could not be run at all; null where it could, whatever came of it.</returns>
    private async Task<EngineException?> WaitAsync(ServerRun run, BootApi api, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!run.HasExited && time.GetElapsedTime(began) < request.Timeout)
        {
            if (await api.PingAsync(cancellationToken))
            {
                work.Findings.Passed(DrillCheck.Boot, $"Mattermost answered {time.GetElapsedTime(began).TotalSeconds:0.0} s after its start on what was restored.");
                return null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }

        if (run.HasExited && run.ExitCode is ServerRun.NotFound or ServerRun.NotRunnable)
        {
            return new EngineException(EngineFault.Invalid, $"Mattermost could not be started: {run.Tail()}", "Set MMDR_Drills__MattermostCommand to a command that starts it, such as /opt/mattermost/bin/mattermost.");
        }

        work.Findings.Failed(DrillCheck.Boot, run.HasExited ? $"Mattermost ended with code {run.ExitCode} before it answered. Its last words: {run.Tail()}" : $"Mattermost did not answer within {request.Timeout.TotalSeconds:0} s. Its last words: {run.Tail()}");
        return null;
    }

    private string NewLog()
    {
        Directory.CreateDirectory(request.LogDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var old in new DirectoryInfo(request.LogDirectory).GetFiles("boot-*.log").OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptLogs - 1))
        {
            old.Delete();
        }

        return Path.Combine(request.LogDirectory, $"boot-{time.GetUtcNow():yyyyMMdd'T'HHmmss}-{work.Point.Id.ToString()[..8]}-{work.Scratch.Name[^4..]}.log");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

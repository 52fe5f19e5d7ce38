using System.Diagnostics;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Features.Restores;

/// <summary>Stops Mattermost while a restore writes over it, by the commands of the settings, and starts it again.</summary>
internal sealed partial class ServerStop(AppSettings settings, TimeProvider time, ILogger<ServerStop> logger)
{
    private readonly RestoreOptions _options = settings.Restore;

    internal bool IsSet => _options.StopsMattermost;

    /// <exception cref="Refusal">Unavailable: it could not be stopped. It was told to start again, for half of it may be down.</exception>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await FaultOfAsync(_options.StopCommand!, cancellationToken) is not { } fault)
        {
            return;
        }

        await FaultOfAsync(_options.StartCommand!, CancellationToken.None);
        throw new Refusal(RefusalReason.Unavailable, $"Mattermost could not be stopped, so nothing was restored: `MMDR_Restore__StopCommand` {fault}.", "Run the command by hand, as the service's user, to see why.");
    }

    /// <returns>Why it could not be started; null when it was.</returns>
    internal Task<string?> StartAsync() => FaultOfAsync(_options.StartCommand!, CancellationToken.None);

    private async Task<string?> FaultOfAsync(string command, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.CommandTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        // What the command starts may keep its output open for as long as it lives, so nobody reads it here.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"( {command}\n) </dev/null >/dev/null 2>&1"]))!;
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return $"took more than {_options.CommandTimeout}";
        }

        Log.Ran(logger, process.ExitCode);
        return process.ExitCode == 0 ? null : $"ended with code {process.ExitCode}";
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "A command that stops or starts Mattermost ended with code {ExitCode}.")]
        public static partial void Ran(ILogger logger, int exitCode);
    }
}

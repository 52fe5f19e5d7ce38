using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Jobs.Hooks;

/// <summary>
/// Runs a command in a session of its own, so that it can be ended with all that it started. Of our variables, among which are secrets, it
/// gets none but those that every program expects.
/// </summary>
internal sealed class HookCommand(TimeProvider time)
{
    private const int Tail = 400;
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly string[] Passed = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"];

    /// <returns>What went wrong, in a sentence; null when nothing did.</returns>
    internal async Task<string?> RunAsync(string command, IReadOnlyDictionary<string, string> variables, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(command, variables) };
        var output = new OutputTail();
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            return $"it could not be started: {failure.Message}";
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await WaitAsync(process, timeout, cancellationToken) ?? await JudgeAsync(process, output);
    }

    private async Task<string?> WaitAsync(Process process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await ExitAsync(process, either.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            return late.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"it was ended, with all that it started, because it took longer than {timeout.TotalSeconds:0.#} s.")
                : "it was ended, because the job was.";
        }
    }

    /// <summary>Asked first, then made to. What runs on in the group after the command itself has ended is ended as well.</summary>
    private static async Task EndAsync(Process process)
    {
        ProcessGroup.Ask(process.Id);
        using var patience = new CancellationTokenSource(Courtesy);
        try
        {
            await ExitAsync(process, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It would not.
        }

        ProcessGroup.Kill(process.Id);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The command itself; what it left behind may keep its output open for as long as it likes.</summary>
    private static async Task ExitAsync(Process process, CancellationToken cancellationToken)
    {
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited)
        {
            return;
        }

        await exited.Task.WaitAsync(cancellationToken);
    }

    private static async Task<string?> JudgeAsync(Process process, OutputTail output)
    {
        if (process.ExitCode == 0)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(LastWords);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var words = output.Text;
        return string.Create(CultureInfo.InvariantCulture, $"it ended with code {process.ExitCode}{(words.Length > 0 ? $": {words}" : ".")}");
    }

    private static ProcessStartInfo Start(string command, IReadOnlyDictionary<string, string> variables)
    {
        // util-linux's setsid (busybox has one too) makes the session and becomes the shell: same process id, now the group's.
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var name in Passed.Where(name => Environment.GetEnvironmentVariable(name) is not null))
        {
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value.Replace('\0', ' ');
        }

        return start;
    }

    /// <summary>The end of what was printed, in one line.</summary>
    private sealed class OutputTail
    {
        private readonly StringBuilder _text = new();

        internal string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString().Trim();
                }
            }
        }

        internal void Add(string? line)
        {
            lock (_text)
            {
                _text.Append(' ').Append(string.Concat((line ?? "").Where(letter => !char.IsControl(letter))));
                _text.Remove(0, Math.Max(0, _text.Length - Tail));
            }
        }
    }
}

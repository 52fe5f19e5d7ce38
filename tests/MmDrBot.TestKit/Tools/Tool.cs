using System.Diagnostics;

namespace MmDrBot.TestKit.Tools;

/// <summary>Runs other programs: the server scripts, pg_dump, the program under test.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end and returns its exit code and text, whatever they are.</summary>
    public static async Task<ToolResult> TryRunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);

            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program that has to succeed and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; the message holds its error text.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var result = await TryRunAsync(program, arguments, environment, cancellationToken);

        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{program} ended with exit code {result.ExitCode}: {result.Error}{result.Output}");
    }
}

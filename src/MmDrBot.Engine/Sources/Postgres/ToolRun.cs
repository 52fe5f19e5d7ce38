using System.Diagnostics;
using System.Text;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>A running tool of PostgreSQL, with its password in a file that only we can read and that goes when the tool does.</summary>
internal sealed class ToolRun : IAsyncDisposable
{
    private readonly string _tool;
    private readonly Process _process;
    private readonly string? _passwordFile;
    private readonly Task<string> _errors;

    private ToolRun(string tool, Process process, string? passwordFile, bool keepInput)
    {
        (_tool, _process, _passwordFile) = (tool, process, passwordFile);
        if (!keepInput)
        {
            process.StandardInput.Close();
        }

        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Only where it was asked for: the caller's to write and to close.</summary>
    internal Stream Input => _process.StandardInput.BaseStream;

    internal Stream Output => _process.StandardOutput.BaseStream;

    internal static ToolRun Start(string tool, ProcessStartInfo start, string? password, bool keepInput)
    {
        var file = password is null ? null : WritePassword(password);
        if (file is not null)
        {
            start.Environment["PGPASSFILE"] = file;
        }

        try
        {
            return new ToolRun(tool, Process.Start(start)!, file, keepInput);
        }
        catch
        {
            Delete(file);
            throw;
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>What the tool wrote to standard error.</returns>
    /// <exception cref="EngineException">It failed; the message is the tool's own.</exception>
    internal async Task<string> WaitAsync(bool acceptFailure, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        var errors = await _errors;
        return acceptFailure || _process.ExitCode == 0
            ? errors
            : throw new EngineException(EngineFault.Unavailable, $"{_tool} ended with code {_process.ExitCode}: {errors.Trim()}");
    }

    internal int ExitCode => _process.ExitCode;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        Delete(_passwordFile);
    }

    private static string WritePassword(string password)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mmdr-{Guid.NewGuid():N}");
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(Encoding.UTF8.GetBytes($"*:*:*:*:{password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}\n"));
        return path;
    }

    private static void Delete(string? file)
    {
        if (file is not null)
        {
            File.Delete(file);
        }
    }
}

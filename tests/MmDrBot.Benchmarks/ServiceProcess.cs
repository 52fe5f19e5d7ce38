using System.Diagnostics;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Benchmarks;

/// <summary>The real program with settings of its own.</summary>
internal sealed class ServiceProcess
{
    internal const string CommandToken = "benchmarkcommandtoken12345";
    private readonly string _program;
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    internal ServiceProcess(string program, TempDirectory directory, Uri mattermost, string token)
    {
        _program = program;
        Url = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        _settings = new()
        {
            ["MMDR_Mattermost__Directory"] = directory.Subdirectory("mattermost"),
            ["MMDR_Mattermost__Url"] = mattermost.ToString(),
            ["MMDR_Mattermost__Token"] = token,
            ["MMDR_Mattermost__CommandTokens__0"] = CommandToken,
            ["MMDR_Repository__Url"] = $"file://{directory.File("repository")}",
            ["MMDR_Repository__Passphrase"] = "benchmark",
            ["MMDR_ConnectionStrings__State"] = directory.File("state.db"),
            ["MMDR_Http__Listen"] = Url.ToString(),
        };
    }

    internal Uri Url { get; }

    internal long ResidentMegabytes => Fresh().WorkingSet64 / 1_000_000;

    internal TimeSpan ProcessorTime => Fresh().TotalProcessorTime;

    internal async Task<Run> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // The shell tells what the program needed: .NET does not know it of a process that is gone.
        var clock = Stopwatch.StartNew();
        using var process = Start("bash", "\"$0\" \"$@\" >/dev/null; code=$?; times; exit $code", arguments);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        var wall = clock.Elapsed;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? new Run(wall, TimesOf(output.Trim().Split('\n')[^1])) : throw new InvalidOperationException($"mmdr {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>Starts the service, and waits until it says that it is ready.</summary>
    internal async Task<Run> StartAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Url };
        var clock = Stopwatch.StartNew();
        _process = Start("sh", "exec \"$0\" \"$@\" >/dev/null", ["serve"]);
        while (!await IsReadyAsync(http, cancellationToken))
        {
            await Task.Delay(5, cancellationToken);
        }

        return new Run(clock.Elapsed, ProcessorTime);
    }

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        await RunToolAsync("kill", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync(cancellationToken);
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task RunToolAsync(string tool, string argument)
    {
        using var process = Process.Start(tool, [argument]);
        await process.WaitForExitAsync();
    }

    private Process Fresh()
    {
        _process!.Refresh();
        return _process;
    }

    /// <param name="line">Such as `0m0.052s 0m0.013s`: user and system time.</param>
    private static TimeSpan TimesOf(string line) =>
        TimeSpan.FromSeconds(line.Split(' ').Sum(part => double.Parse(part.Split('m')[1].TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)));

    private Process Start(string shell, string script, string[] arguments)
    {
        var start = new ProcessStartInfo(shell, ["-c", script, _program, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Doors;

/// <summary>Runs the real program.</summary>
internal sealed class MmdrProcess(IReadOnlyDictionary<string, string> environment)
{
    internal static string Program => Path.Combine(AppContext.BaseDirectory, "mmdr");

    internal async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Runs a verb that must succeed, and gives its JSON document.</summary>
    internal async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == 0, $"mmdr {string.Join(' ', arguments)} ended with {code}: {output} {errors}");
        return JsonNode.Parse(output)!;
    }

    internal Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MM", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

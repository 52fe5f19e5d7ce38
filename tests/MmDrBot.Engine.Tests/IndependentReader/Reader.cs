using System.Text.Json;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.IndependentReader;

/// <summary>eng/read-repository.py, which knows docs/design.md only: what it restores proves that the page is enough.</summary>
internal sealed class Reader(TestRepository repository, TempDirectory directory, string secret = TestRepository.Passphrase)
{
    /// <summary>Runs the reader, which has to end with the exit code, and returns what it wrote to standard error.</summary>
    public async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        var result = await StartAsync(arguments);
        Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Error}");

        return result.Error;
    }

    public async Task<IReadOnlyList<string>> IdsAsync()
    {
        var result = await StartAsync("list");
        Assert.Equal(0, result.ExitCode);

        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)];
    }

    private async Task<ToolResult> StartAsync(params string[] arguments)
    {
        var file = directory.File("passphrase");
        await File.WriteAllTextAsync(file, secret);

        return await Tool.TryRunAsync("/usr/bin/python3", [RepositoryRoot.File("eng/read-repository.py"), repository.Root, "--passphrase-file", file, .. arguments]);
    }
}

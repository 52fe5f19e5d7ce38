using System.Diagnostics;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

/// <summary>The real service as a child process, which may be killed at any moment.</summary>
internal sealed class ChildService : IAsyncDisposable
{
    private readonly Process _process;

    private ChildService(Process process, Uri address)
    {
        _process = process;
        Door = new HttpClient { BaseAddress = address };
    }

    internal HttpClient Door { get; }

    /// <param name="settings">Of the program, without an address to listen on.</param>
    /// <param name="state">The state database.</param>
    internal static ChildService Start(IReadOnlyDictionary<string, string> settings, string state)
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        var own = new Dictionary<string, string>(settings)
        {
            ["MMDR_ConnectionStrings__State"] = state,
            ["MMDR_Http__Listen"] = address.ToString(),
            ["MMDR_Mattermost__CommandTokens__0"] = "childservicetokenchildser1",
        };
        return new ChildService(CliFixture.Start(own, ["serve"]), address);
    }

    internal Task IsUpAsync() => Eventually.IsTrueAsync(async () =>
    {
        try
        {
            using var answer = await Door.GetAsync(new Uri("/healthz/live", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });

    internal async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Door.Dispose();
        _process.Dispose();
    }
}

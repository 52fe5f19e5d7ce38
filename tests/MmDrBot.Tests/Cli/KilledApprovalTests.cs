using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Cli;

/// <summary>The program is killed at each commit of its state in turn: an approval is used up if, and only if, what it is for has its row.</summary>
public sealed partial class KilledApprovalTests : IAsyncLifetime
{
    private static readonly string[] _prune = ["repository", "prune"];
    private readonly CliFixture _bench = new();
    private string _state = "";

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _bench.Settings.Remove("MMDR_Approvals__Prune");
        _state = CliFixture.TargetOf(await _bench.DatabaseAsync());
        _bench.Settings["MMDR_ConnectionStrings__State"] = _state;
    }

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_approval_is_lost_by_no_death_before_its_job_has_a_row(bool carriedOut)
    {
        var (good, used) = (0, 0);
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            var id = await ApprovedAsync();
            var before = await PrunesAsync();

            killed = await KillAsync(commit, carriedOut);

            var state = (string?)(await _bench.JsonAsync("approvals", id))["state"];
            Assert.Equal(await PrunesAsync() > before ? "used" : "approved", state);
            (good, used) = state == "used" ? (good, used + 1) : (good + 1, used);
            if (state == "approved")
            {
                await _bench.MustAsync(_prune);
            }
        }

        Assert.True(good > 0 && used > 0, $"{good} times good, {used} times used");
    }

    private async Task<string> ApprovedAsync()
    {
        var id = RequestId().Match((string)(await _bench.RefusedAsync(13, "needs_approval", _prune))["message"]!).Value;
        _bench.Settings["SUDO_USER"] = "somebody.else";
        await _bench.MustAsync("approve", id);
        _bench.Settings.Remove("SUDO_USER");
        return id;
    }

    private async Task<int> PrunesAsync() => ((JsonArray)await _bench.JsonAsync("jobs", "--limit", "100")).Count(job => (string?)job!["kind"] == "prune");

    private async Task<bool> KillAsync(int commit, bool carriedOut)
    {
        await using var gate = new CommitGate(_state, commit, carriedOut);
        using var process = CliFixture.Start(new Dictionary<string, string>(_bench.Settings) { ["MMDR_ConnectionStrings__State"] = gate.Uri }, _prune);
        var ended = process.WaitForExitAsync();
        var killed = await Task.WhenAny(gate.Held, ended) == gate.Held;
        process.Kill(entireProcessTree: true);
        await ended;
        return killed;
    }

    [GeneratedRegex("ap-[0-9a-z]{10}")]
    private static partial Regex RequestId();
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MmDrBot.Tests.Cli;

/// <summary>The two-person rule on the command line.</summary>
public sealed partial class ApprovalCommandTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _bench.Settings.Remove("MMDR_Approvals__RestoreInPlace");
        _bench.Settings.Remove("MMDR_Approvals__Prune");
    }

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_restore_over_what_is_there_waits_for_a_second_person_and_one_into_nothing_does_not()
    {
        await _bench.MustAsync("backup");
        var database = await _bench.DatabaseAsync();
        string[] restore = ["restore", "latest", "--database", CliFixture.TargetOf(database), "--overwrite"];
        await _bench.MustAsync(restore);

        var error = await _bench.RefusedAsync(13, "needs_approval", restore);
        var id = RequestId().Match((string)error["message"]!).Value;
        await _bench.RefusedAsync(1, "forbidden", "approve", id);
        var refusals = (JsonArray)(await _bench.JsonAsync("audit"))["entries"]!;
        Assert.Contains(refusals, entry => ((string?)entry!["action"], (string?)entry["target"]) == ("command.refused", "approve"));
        _bench.Settings["SUDO_USER"] = "somebody.else";
        await _bench.MustAsync("approve", id);
        _bench.Settings.Remove("SUDO_USER");

        Assert.DoesNotContain(_bench.DatabasePassword, (string)error["message"]!, StringComparison.Ordinal);
        await _bench.MustAsync(restore);
        await _bench.RefusedAsync(13, "needs_approval", restore);
    }

    [Fact]
    public async Task In_an_emergency_the_glass_is_broken_with_a_reason_that_the_audit_keeps()
    {
        await _bench.RefusedAsync(13, "needs_approval", "repository", "prune");
        await _bench.RefusedAsync(2, "invalid", "repository", "prune", "--break-glass", "");

        await _bench.MustAsync("repository", "prune", "--break-glass", "alone at night");
        await _bench.MustAsync("repository", "prune", "--dry-run");

        var audit = (JsonArray)(await _bench.JsonAsync("audit"))["entries"]!;
        Assert.Contains(audit, entry => (string?)entry!["action"] == "approval.glass_broken" && entry.ToJsonString().Contains("alone at night", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authenticator_is_enrolled_with_a_code_to_scan_and_whoami_says_who_one_is()
    {
        var drawn = (await _bench.MustAsync("second-factor", "enroll", "@alice")).Output;
        var list = (JsonArray)await _bench.JsonAsync("second-factor", "list");
        var me = await _bench.JsonAsync("whoami");

        Assert.Contains("otpauth://totp/", drawn, StringComparison.Ordinal);
        Assert.Contains('█', drawn);
        Assert.Equal("alice", (string?)Assert.Single(list)!["username"]);
        Assert.Equal("cli", (string?)me["door"]);
        Assert.Equal("admin", (string?)me["roles"]![0]!["role"]);
    }

    [GeneratedRegex("ap-[0-9a-z]{10}")]
    private static partial Regex RequestId();
}

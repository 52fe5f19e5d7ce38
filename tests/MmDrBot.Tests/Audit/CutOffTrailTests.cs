using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Sso;

namespace MmDrBot.Tests.Audit;

/// <summary>Whoever can write our state can make its chain fit again; what was anchored in the repository shows it all the same.</summary>
public sealed class CutOffTrailTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public async Task A_trail_that_only_grew_is_good()
    {
        await AnchorAsync();
        await AppendAsync(3);

        Assert.Equal((0, null), await VerifyAsync());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MaxValue, 50)]
    public async Task A_trail_that_was_cut_off_or_written_anew_with_a_chain_that_fits_is_found(int cut, int writtenAnew)
    {
        var kept = Math.Max(0, await AnchorAsync() - cut);
        await DoAsync("create table kept_entries as select * from audit_entries", "create table kept_head as select * from audit_head");

        await DoAsync($"delete from audit_entries where seq > {kept}", $"update audit_head set seq = {kept}, hash = coalesce((select hash from audit_entries where seq = {kept}), '{Nothing}')");
        await AppendAsync(writtenAnew);

        Assert.Null(await sso.Get<AuditLog>().VerifyAsync(CancellationToken.None));
        var (exitCode, problem) = await VerifyAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains(kept == 0 ? "to another chain" : "cut off or changed", problem, StringComparison.Ordinal);
        await DoAsync("delete from audit_entries", "insert into audit_entries select * from kept_entries", "delete from audit_head", "insert into audit_head select * from kept_head", "drop table kept_entries", "drop table kept_head");
    }

    /// <returns>The number of the anchored entry.</returns>
    private async Task<long> AnchorAsync()
    {
        await AppendAsync(3);
        await sso.Get<AuditAnchors>().WriteAsync(again: true, CancellationToken.None);
        return (await sso.Get<AuditLog>().HeadAsync(CancellationToken.None))!.Seq;
    }

    private async Task AppendAsync(int entries)
    {
        for (var entry = 0; entry < entries; entry++)
        {
            await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => sso.Get<AuditLog>().AppendAsync(transaction, AuditEntry.By(sso.Root, DateTimeOffset.UtcNow, "nothing.happened", null, AuditOutcome.Succeeded), token), CancellationToken.None);
        }
    }

    private Task DoAsync(params string[] statements) => sso.Get<StateDatabase>().InTransactionAsync(
        async (transaction, token) =>
        {
            foreach (var statement in statements)
            {
                await transaction.ExecuteAsync(statement, null, token);
            }
        },
        CancellationToken.None);

    /// <returns>The exit code of `mmdr audit verify`, and what it said if that is not 0.</returns>
    private async Task<(int ExitCode, string? Problem)> VerifyAsync()
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, ["audit", "verify"], sso.ChildSettings);
        return (result.ExitCode, result.ExitCode == 0 ? null : result.Output + result.Error);
    }
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Data;
using Npgsql;

namespace MmDrBot.Tests.Sso;

/// <summary>
/// Somebody recovers while the service is at work, though nobody should: whatever its calls are in the middle of, nobody is lost, and
/// nobody is brought back twice.
/// </summary>
public sealed class RecoverBesideTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>
{
    private const int AtLeast = 3;
    private const int Rounds = 25;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversion_held_at_any_commit_beside_a_recovery_that_brings_back_loses_nobody(bool carriedOut)
    {
        for (var (commit, held) = (1, true); held; commit++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service);
            IReadOnlyList<ConversionResult> results = [];

            held = await RecoverBesideAsync(new CommitGate(sso.StateText, commit, carriedOut), async () => results = await sso.Get<ConvertAccounts>().HandleAsync(RequestOf(people), sso.Helpdesk, null, CancellationToken.None));

            Assert.Equal(2, results.Count);
            await sso.AssertNobodyIsLostAsync(people);
            await AssertToldTrulyAsync(people, results);
            await BringBackAsync(people);
            Assert.True(held || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_way_back_held_at_any_commit_beside_a_recovery_that_brings_back_happens_once(bool carriedOut)
    {
        for (var (commit, held) = (1, true); held; commit++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service);
            await sso.Get<ConvertAccounts>().HandleAsync(RequestOf(people), sso.Helpdesk, null, CancellationToken.None);

            held = await RecoverBesideAsync(new CommitGate(sso.StateText, commit, carriedOut), () => sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. people.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None));

            await sso.AssertNobodyIsLostAsync(people);
            await BringBackAsync(people);
            Assert.True(held || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Fact]
    public async Task A_conversion_held_before_any_transaction_also_between_ledger_and_rows_beside_a_recovery_loses_nobody()
    {
        var betweenLedgerAndRows = 0;
        for (var (transaction, held) = (1, true); held; transaction++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service);
            IReadOnlyList<ConversionResult> results = [];

            held = await RecoverBesideAsync(
                CommitGate.BeforeTransaction(sso.StateText, transaction),
                async () => results = await sso.Get<ConvertAccounts>().HandleAsync(RequestOf(people), sso.Helpdesk, null, CancellationToken.None),
                async () => betweenLedgerAndRows += (await sso.LedgerAsync()).Any(binding => binding.UserId == people[0].Id) && await sso.NewestAsync(people[0].Id) is null ? 1 : 0);

            Assert.Equal(2, results.Count);
            await sso.AssertNobodyIsLostAsync(people);
            await AssertToldTrulyAsync(people, results);
            await BringBackAsync(people);
        }

        Assert.Equal(1, betweenLedgerAndRows);
    }

    [Fact]
    public async Task Recoveries_without_end_beside_conversions_and_ways_back_lose_nobody()
    {
        var people = new List<StandInAccount>();
        using var done = new CancellationTokenSource();
        var recovering = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await RecoverAsync(sso.App);
            }
        });
        for (var round = 0; round < Rounds; round++)
        {
            var (before, now) = (people.TakeLast(2).ToArray(), await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service));
            people.AddRange(now);
            var converting = sso.Get<ConvertAccounts>().HandleAsync(RequestOf(now), sso.Helpdesk, null, CancellationToken.None);
            if (before.Length > 0)
            {
                await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. before.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None);
            }

            await converting;
        }

        await done.CancelAsync();
        await recovering;

        await sso.AssertNobodyIsLostAsync(people);
        await BringBackAsync(people);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_recovery_by_the_command_line_leaves_a_live_call_its_people(int done)
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, SsoFixture.Service);
        await using var held = await HeldAccounts.HoldAsync(sso.Database, people.Skip(done));
        var converting = sso.Get<ConvertAccounts>().HandleAsync(RequestOf(people), sso.Helpdesk, null, CancellationToken.None);
        await Eventually.IsTrueAsync(async () => await held.WaitingAsync() == people.Count - done);

        var recovery = await Tool.TryRunAsync(CliFixture.Program, ["sso", "recover", "--revert", "--json"], sso.ChildSettings);
        await held.LetGoAsync();
        var results = await converting;

        var reverts = JsonNode.Parse(recovery.Output)!["reverts"]!.AsArray();
        Assert.Equal(people.Select(person => (person.Id, "busy")).Order(), reverts.Select(one => ((string)one!["userId"]!, (string)one["outcome"]!)).Order());
        Assert.Equal(1, recovery.ExitCode);
        Assert.All(results, result => Assert.Equal(ConversionOutcome.Converted, result.Outcome));
        await sso.AssertNobodyIsLostAsync(people);
        Assert.All(people, person => Assert.DoesNotContain(sso.Mattermost.Calls, call => call == $"PUT /api/v4/users/{person.Id}/auth"));
        await BringBackAsync(people);
    }

    [Fact]
    public async Task A_new_machine_finds_whom_the_old_one_converted_after_it_had_recovered()
    {
        var person = await sso.PersonAsync();
        await using var held = await HoldPasswordsAsync();
        var converting = sso.ConvertAsync(person.Username);
        await Eventually.IsTrueAsync(async () => await HeldAccounts.WaitingAsync(sso.Database) == 1);
        await using var state = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        sso.NewProcess(("ConnectionStrings:State", state.Uri + "?sslmode=disable"));
        await RecoverAsync(sso.App);
        await sso.AssertBoundAsync(person);
        await LetPasswordsGoAsync(held);
        Assert.Equal(ConversionOutcome.Converted, (await converting).Outcome);

        // The old machine is lost in this moment: what the new one finds by itself is all there is.
        var repaired = await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);

        Assert.Contains((person.Id, "reverted"), repaired.Select(one => (one.UserId, one.Outcome)));
        await sso.AssertBoundAsync(person);
        sso.NewProcess();
        Assert.Contains((person.Id, "already_back"), (await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None)).Select(one => (one.UserId, one.Outcome)));
    }

    /// <returns>Whether the work was held, while which a recovery ran; false when it came to its end, since it makes fewer commits.</returns>
    private async Task<bool> RecoverBesideAsync(CommitGate gate, Func<Task> work, Func<Task>? whileHeld = null)
    {
        var beside = sso.App;
        await using var gateUntilTheEnd = gate;
        sso.NewProcess(("ConnectionStrings:State", gate.Uri));
        var working = work();
        var held = await Task.WhenAny(gate.Held, working) == gate.Held;

        if (held && whileHeld is not null)
        {
            await whileHeld();
        }

        // What the held commit has locked may stop the recovery, too.
        var recovering = RecoverAsync(beside);
        await Eventually.IsTrueAsync(async () => recovering.IsCompleted || await IsAnybodyStoppedAsync(beside));
        gate.Release();
        await Task.WhenAll(working, recovering);
        sso.NewProcess();
        return held;
    }

    private static async Task<bool> IsAnybodyStoppedAsync(WebApplication process) => await process.Services.GetRequiredService<StateDatabase>().ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", null, token), CancellationToken.None) > 0;

    /// <summary>As `sso recover --revert` does.</summary>
    private async Task RecoverAsync(WebApplication process)
    {
        var recover = process.Services.GetRequiredService<RecoverConversions>();
        await recover.RevertAsync(await recover.HandleAsync(null, sso.Root, CancellationToken.None), sso.Root, CancellationToken.None);
    }

    private static ConvertAccountsRequest RequestOf(IEnumerable<StandInAccount> people) => new() { Users = [.. people.Select(person => person.Username)], Ticket = "INC-75" };

    private async Task AssertToldTrulyAsync(IReadOnlyList<StandInAccount> people, IReadOnlyList<ConversionResult> results)
    {
        var converted = (await AuditOfAsync("account.converted")).ToHashSet();
        foreach (var person in people)
        {
            var result = Assert.Single(results, result => result.UserId == person.Id);
            Assert.True(result.Outcome is ConversionOutcome.Converted or ConversionOutcome.Unknown, result.Message);
            Assert.Equal(result.Outcome is ConversionOutcome.Converted, converted.Contains(person.Username));
        }
    }

    private async Task<IReadOnlyList<string?>> AuditOfAsync(string action) => [.. (await sso.AuditAsync()).Where(record => record.Entry.Action == action).Select(record => record.Entry.Target)];

    /// <summary>Whoever is not back yet; and nobody was, or is, twice.</summary>
    private async Task BringBackAsync(IReadOnlyList<StandInAccount> people)
    {
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. people.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None);
        var (converted, reverted, calls) = (await AuditOfAsync("account.converted"), await AuditOfAsync("account.reverted"), sso.Mattermost.Calls);
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
            Assert.False((await sso.NewestAsync(person.Id))?.IsOpen is true);
            Assert.InRange(converted.Count(name => name == person.Username), 0, 1);
            Assert.InRange(reverted.Count(name => name == person.Username), 0, 1);
            Assert.InRange(calls.Count(call => call == $"PUT /api/v4/users/{person.Id}/auth"), 0, 1);
        }

        Assert.Null(await sso.Get<AuditLog>().VerifyAsync(CancellationToken.None));
    }

    /// <summary>Keeps the server from setting passwords; whatever else it writes goes on.</summary>
    private async Task<NpgsqlConnection> HoldPasswordsAsync()
    {
        await sso.Database.ExecuteAsync("""
            create or replace function hold() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock_shared(8); return null; end';
            create or replace trigger hold before update of password on users for each statement execute function hold();
            """);
        var connection = await sso.Database.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_advisory_lock(8)", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task LetPasswordsGoAsync(NpgsqlConnection held)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_unlock(8)", held);
        await command.ExecuteNonQueryAsync();
    }
}

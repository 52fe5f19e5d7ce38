using System.Text.Json.Nodes;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>A report says what the books hold, and what Mattermost's database really shows.</summary>
public sealed class ReportTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task Books_and_database_are_counted_apart_and_disagreements_are_named_both_ways()
    {
        await sso.OpenAsync("saml");
        var (converted, byHand, rewound, gone, signedOff) = (await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync());
        await sso.RevertAsync(rewound.Username);
        await sso.Get<SignOffAccount>().HandleAsync(signedOff.Username, "stays", sso.Root, CancellationToken.None);
        await sso.Database.ExecuteAsync($"""
            update users set authservice = 'saml', authdata = '{byHand.AuthData}', password = '' where id = '{byHand.Id}';
            update users set authservice = '', authdata = null, password = 'x' where id = '{rewound.Id}';
            delete from users where id = '{gone.Id}';
            """);

        var report = await ReportAsync();

        Assert.Equal(3, report.Remaining);
        Assert.Equal((2, 1), (report.InMattermost.WithPassword, report.InMattermost.SignedOff));
        Assert.Equal(
            new[] { (byHand.Username, "already_back"), (gone.Username, "account_gone"), (rewound.Username, "rewound") }.Order(),
            report.InMattermost.Drifts.Select(drift => (drift.Username, drift.Kind)).Order());
        var ways = report.Conversions.ToDictionary(one => one.UserId, one => one.SignsInWith);
        Assert.Equal(("password", "saml", "password", "gone", "password"), (ways[converted.Id], ways[byHand.Id], ways[rewound.Id], ways[gone.Id], ways[signedOff.Id]));
        Assert.Contains($"{converted.Username},{converted.Id},converted", SsoCsv.Of(report), StringComparison.Ordinal);
        Assert.Contains("signs_in_with", SsoCsv.Of(report).Split('\n')[0], StringComparison.Ordinal);

        var text = (await MustAsync("sso", "report", "saml")).Output;
        Assert.Contains("3 remaining", text, StringComparison.Ordinal);
        Assert.Contains("2 of these accounts with a password, besides 1 signed off", text, StringComparison.Ordinal);

        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        await sso.Get<SignOffAccount>().HandleAsync(gone.Username, "left", sso.Root, CancellationToken.None);
        var closed = await sso.Get<CloseOutage>().HandleAsync("saml", null, sso.Helpdesk, CancellationToken.None);
        Assert.Equal((0, 1), (closed.InMattermost.WithPassword, closed.InMattermost.SignedOff));
        Assert.Equal(0, (await ReportAsync()).InMattermost.WithPassword);
    }

    [Fact]
    public async Task A_conversion_that_another_one_followed_is_not_counted_twice()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.RevertAsync(person.Username);
        await sso.ConvertAsync(person.Username);

        var mine = (await sso.Get<ReportOutage>().HandleAsync(SsoFixture.Service, sso.Helpdesk, CancellationToken.None)).Conversions.Where(one => one.UserId == person.Id).ToArray();

        Assert.Equal([null, "password"], mine.OrderBy(one => one.CreatedAt).Select(one => one.SignsInWith));
        await sso.RevertAsync(person.Username);
    }

    [Fact]
    public async Task A_database_that_cannot_be_read_is_said_and_the_books_are_reported()
    {
        var good = sso.MattermostDirectory + "/config/config.json";
        var text = await File.ReadAllTextAsync(good);
        var broken = JsonNode.Parse(text)!;
        broken["SqlSettings"]!["DataSource"] = "postgres://nobody:x@127.0.0.1:1/none?sslmode=disable";
        await File.WriteAllTextAsync(good, broken.ToJsonString());
        sso.NewProcess();
        try
        {
            var report = await sso.Get<ReportOutage>().HandleAsync(SsoFixture.Service, sso.Helpdesk, CancellationToken.None);

            Assert.Null(report.InMattermost.WithPassword);
            Assert.Contains("not known", report.InMattermost.Sentence, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(good, text);
            sso.NewProcess();
        }
    }

    [Fact]
    public async Task The_audit_is_exported_as_json_and_csv_from_a_time_on_oldest_first()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.RevertAsync(person.Username);

        var all = JsonNode.Parse((await MustAsync("audit", "export")).Output)!.AsArray();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(seq => (long)seq), all.Select(entry => (long)entry!["seq"]!));
        var mine = all.Where(entry => (string?)entry!["target"] == person.Username).ToArray();
        Assert.Equal(["account.conversion_requested", "account.converted", "account.access_delivered", "account.revert_requested", "account.reverted"], mine.Select(entry => (string?)entry!["action"]));
        Assert.All(mine, entry => Assert.Contains("INC-2", (string?)entry!["detail"], StringComparison.Ordinal));

        // A spreadsheet must not take a name for a formula, nor a detail for further columns.
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => sso.Get<AuditLog>().AppendAsync(transaction, AuditEntry.By(sso.Root, DateTimeOffset.UtcNow.AddDays(2), "something.done", "=1+1", AuditOutcome.Succeeded), token), CancellationToken.None);
        var csv = (await MustAsync("audit", "export", "--format", "csv", "--since", $"{DateTimeOffset.UtcNow.AddDays(1):yyyy-MM-dd'T'HH:mm'Z'}")).Output.Trim().Split('\n');
        Assert.StartsWith("Seq,At,Actor,Door,Action,Target,Outcome", csv[0], StringComparison.Ordinal);
        Assert.DoesNotContain(",=1+1", Assert.Single(csv.Skip(1)), StringComparison.Ordinal);
        Assert.Contains("1+1", csv[1], StringComparison.Ordinal);
        Assert.Matches(@"^\d+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,", csv[1]);
        Assert.Equal(2, (await Tool.TryRunAsync(CliFixture.Program, ["audit", "export", "--format", "xml"], sso.ChildSettings)).ExitCode);
        Assert.Equal(2, (await Tool.TryRunAsync(CliFixture.Program, ["audit", "export", "--since", "yesterdayish"], sso.ChildSettings)).ExitCode);
    }

    private async Task<StandInAccount> PersonAsync()
    {
        var person = await sso.PersonAsync("saml");
        await sso.ConvertAsync(person.Username);
        return person;
    }

    private Task<OutageReport> ReportAsync() => sso.Get<ReportOutage>().HandleAsync("saml", sso.Helpdesk, CancellationToken.None);

    private async Task<ToolResult> MustAsync(params string[] arguments)
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, arguments, sso.ChildSettings);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        return result;
    }
}

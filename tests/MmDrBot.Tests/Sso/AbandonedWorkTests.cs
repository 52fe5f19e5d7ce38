using MmDrBot.Features.Outages;
using MmDrBot.Protection;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

public sealed class SqliteAbandonedWorkTests(SsoFixture sso) : AbandonedWorkTests(sso), IClassFixture<SsoFixture>;

public sealed class PostgresAbandonedWorkTests(PostgresSsoFixture sso) : AbandonedWorkTests(sso), IClassFixture<PostgresSsoFixture>;

public abstract class AbandonedWorkTests(SsoFixture sso)
{
    private const int People = 1000;
    private const int Untouched = 500;
    private const int MostObjects = 10;

    [Fact]
    public async Task A_killed_list_of_a_thousand_is_finished_with_few_ledger_objects()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-20", Deliver = "one-time-link" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.AbandonAsync(people, Untouched);
        var before = await CountLedgerObjectsAsync();

        Assert.Equal(People, await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None));

        Assert.InRange(await CountLedgerObjectsAsync() - before, 1, MostObjects);
        var newest = (await sso.Get<ConversionStore>().ListNewestAsync(CancellationToken.None)).ToDictionary(one => one.UserId, one => one.State);
        Assert.All(people.Take(Untouched), person => Assert.Equal(ConversionState.RolledBack, newest[person.Id]));
        Assert.All(people.Skip(Untouched), person => Assert.Equal(ConversionState.Converted, newest[person.Id]));
        var ids = people.Select(person => person.Id).ToHashSet();
        Assert.Equal(people.Skip(Untouched).Select(person => person.Id).Order(), (await sso.LedgerAsync()).Select(binding => binding.UserId).Where(ids.Contains).Order());
        await sso.AssertNobodyIsLostAsync(people);
        Assert.Equal(0, await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None));
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { All = true }, sso.Helpdesk, null, CancellationToken.None);
    }

    [Fact]
    public async Task Whoever_was_to_be_mailed_gets_the_mail_with_a_fresh_password_behind_it()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-21" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.AbandonAsync(people, untouched: 1);
        var before = sso.Mattermost.Mails.Count;

        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);

        Assert.Equal(people.Skip(1).Select(person => person.Email).Order(), sso.Mattermost.Mails.Skip(before).Select(mail => mail.To).Order());
        Assert.Null((await sso.NewestAsync(people[2].Id))!.Problem);
    }

    [Fact]
    public async Task Many_whom_a_restored_database_has_converted_again_share_a_ledger_object()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 30, SsoFixture.Service);
        string[] names = [.. people.Select(person => person.Username)];
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = names, Ticket = "INC-22" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = names }, sso.Helpdesk, null, CancellationToken.None);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-the-time-before' where id in ('{string.Join("', '", people.Select(person => person.Id))}')");
        var before = await CountLedgerObjectsAsync();

        var repaired = await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);

        // One for the bindings, one for the ends.
        Assert.Equal(2, await CountLedgerObjectsAsync() - before);
        Assert.Equal(people.Select(person => person.Id).Order(), repaired.Where(one => one.Outcome == "reverted").Select(one => one.UserId).Order());
        await sso.AssertBoundAsync(people[0]);
    }

    [Fact]
    public async Task Whom_Mattermost_converts_after_the_call_was_given_up_is_in_the_books_again_and_comes_back()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username, deliver: "one-time-link");
        await sso.AbandonAsync([person], untouched: 1);
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(person.Id))!.State);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-the-late-call' where id = '{person.Id}'");

        Assert.Equal(1, await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None));

        var now = (await sso.NewestAsync(person.Id))!;
        Assert.Equal(ConversionState.Converted, now.State);
        Assert.Contains("sso deliver", now.Problem, StringComparison.Ordinal);
        await sso.AssertNobodyIsLostAsync(person);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.conversion_reopened" && record.Entry.Target == person.Username);
        Assert.Equal(0, await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None));
        await sso.RevertAsync(person.Username);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whom_a_late_call_converts_again_after_the_way_back_is_in_the_books_again()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username, deliver: "one-time-link");
        await sso.RevertAsync(person.Username);
        await sso.Get<MattermostGate>().Api.SetPasswordAsync(person.Id, new Mattermost.NewPassword("Of-the-late-call-1"), CancellationToken.None);

        Assert.Equal(1, await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None));

        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        await sso.AssertNobodyIsLostAsync(person);
        await sso.RevertAsync(person.Username);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whoever_was_converted_by_hand_long_after_a_conversion_was_rolled_back_is_only_told_of()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username, deliver: "one-time-link");
        await sso.AbandonAsync([person], untouched: 1);
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        await sso.EndedAtAsync(person, DateTimeOffset.UtcNow - LateConversions.Watched - TimeSpan.FromMinutes(1));
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'by-hand' where id = '{person.Id}'");

        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);

        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(person.Id))!.State);
        Assert.Contains(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id && drift.Kind == "rewound");
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        await sso.AssertBoundAsync(person);
    }

    private async Task<int> CountLedgerObjectsAsync() =>
        (await Engine.Repositories.RepositoryRecords.ReadAllAsync<LedgerRecord>(await sso.Get<RepositoryProvider>().OpenAsync(CancellationToken.None), Engine.Repositories.RecordKind.Ledger, damage => Assert.Fail(damage.Message), CancellationToken.None)).Count();
}

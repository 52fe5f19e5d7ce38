using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

public sealed class ConvertTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const string Password = "PUT /api/v4/users/{id}/password";

    [Fact]
    public async Task A_converted_account_signs_in_by_mail_and_ledger_row_and_audit_remember_what_it_was()
    {
        var person = await sso.PersonAsync();

        var result = await sso.ConvertAsync($"@{person.Username}");

        Assert.Equal(ConversionOutcome.Converted, result.Outcome);
        Assert.Null(result.TemporaryPassword);
        var now = (await sso.Mattermost.FindAccountAsync(person.Id))!;
        Assert.Equal(("", null), (now.AuthService, now.AuthData));
        Assert.Contains(sso.Mattermost.Mails, mail => mail.To == person.Email);
        var binding = Assert.Single(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        Assert.Equal((person.AuthService, person.AuthData, "INC-2"), (binding.AuthService, binding.AuthData, binding.Ticket));
        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        var actions = (await sso.AuditAsync()).Where(record => record.Entry.Target == person.Username).Select(record => record.Entry.Action).Reverse();
        Assert.Equal(["account.conversion_requested", "account.converted", "account.access_delivered"], actions);
        var delivered = System.Text.Json.Nodes.JsonNode.Parse((await sso.AuditAsync()).First(record => record.Entry.Action == "account.access_delivered" && record.Entry.Target == person.Username).Entry.DetailJson!)!;
        Assert.Equal(("INC-2", "reset_email", (await sso.NewestAsync(person.Id))!.OutageId), ((string?)delivered["ticket"], (string?)delivered["delivery"], (string?)delivered["outage"]));
    }

    [Fact]
    public async Task A_temporary_password_signs_in_and_is_found_nowhere_else()
    {
        var person = await sso.PersonAsync();

        var result = await sso.ConvertAsync(person.Email, "temporary-password");

        var password = result.TemporaryPassword!;
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, password));
        Assert.DoesNotContain(password, result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(await sso.AuditAsync(), record => record.Entry.DetailJson?.Contains(password, StringComparison.Ordinal) is true);
        Assert.DoesNotContain(sso.Logs.Lines, line => line.Contains(password, StringComparison.Ordinal));
        Assert.DoesNotContain(password, File.ReadAllText(sso.StateFile, System.Text.Encoding.Latin1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_call_answers_with_the_first_and_without_a_secret()
    {
        var person = await sso.PersonAsync();
        var first = await sso.ConvertAsync(person.Username, "temporary-password");

        var second = await sso.ConvertAsync(person.Username, "temporary-password");

        Assert.Equal(ConversionOutcome.AlreadyConverted, second.Outcome);
        Assert.Equal(first.ConversionId, second.ConversionId);
        Assert.Null(second.TemporaryPassword);
        Assert.Contains("sso deliver", second.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("planned", "unknown", "being converted by another call")]
    [InlineData("reverting", "refused", "on the way back")]
    [InlineData("converted", "refused", "by other hands")]
    public async Task Whoever_is_in_the_books_but_has_no_password_by_the_database_is_not_called_converted(string state, string outcome, string why)
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.Database.ExecuteAsync($"update users set authservice = '{person.AuthService}', authdata = '{person.AuthData}', password = '' where id = '{person.Id}'");
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set state = @state, owner = @Text, owner_until = 9000000000000000 where user_id = @Id", new { state, WorkOwner.New().Text, person.Id }, token), CancellationToken.None);

        var second = await sso.ConvertAsync(person.Username);

        Assert.Equal(outcome, EnumText.Of(second.Outcome));
        Assert.Contains(why, second.Message, StringComparison.Ordinal);
        Assert.Null(second.ConversionId);
        await sso.LoseOwnersAsync();
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        await sso.RevertAsync(person.Username);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whoever_cannot_be_converted_is_refused_with_the_reason_and_nothing_is_written()
    {
        var before = (await sso.LedgerAsync()).Count;
        var saml = await sso.PersonAsync("saml");
        var bot = sso.Mattermost.AddBot(sso.NewName());
        var plain = sso.Mattermost.AddUser(sso.NewName());
        var gone = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set deleteat = 5 where id = '{gone.Id}'");
        var admin = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set roles = 'system_user system_admin' where id = '{admin.Id}'");

        foreach (var (user, words) in new[] { (saml.Username, "no outage of saml is open"), (bot.Username, "is a bot"), (plain.Username, "already"), (gone.Username, "deactivated"), (admin.Username, "system administrator"), ("nobody.here", "There is no account"), (sso.Bot.Username, "is a bot") })
        {
            var result = await sso.ConvertAsync(user);
            Assert.Equal(ConversionOutcome.Refused, result.Outcome);
            Assert.Contains(words, result.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, (await sso.LedgerAsync()).Count);
        Assert.Equal(ConversionOutcome.Converted, (await sso.ConvertAsync(admin.Username, actor: sso.Root)).Outcome);
    }

    [Fact]
    public async Task A_new_way_in_is_mailed_to_the_address_that_the_account_has_now()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username, "one-time-link");
        await sso.Database.ExecuteAsync($"update users set email = 'new-{person.Email}' where id = '{person.Id}'");

        var delivered = await sso.Get<DeliverAccess>().HandleAsync(person.Username, "reset-email", sso.Helpdesk, CancellationToken.None);

        Assert.Equal($"new-{person.Email}", sso.Mattermost.Mails[^1].To);
        Assert.Contains($"new-{person.Email}", delivered.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_never_shown_in_chat()
    {
        var person = await sso.PersonAsync();
        var chat = sso.Helpdesk with { Door = Door.Chat };

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.ConvertAsync(person.Username, "temporary-password", actor: chat));

        Assert.Equal(RefusalReason.Invalid, refusal.Reason);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_lost_answer_is_resolved_by_the_database()
    {
        var person = await sso.PersonAsync();
        sso.Mattermost.LoseNextAnswer(Password);

        var result = await sso.ConvertAsync(person.Username, "temporary-password");

        Assert.Equal(ConversionOutcome.Converted, result.Outcome);
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, result.TemporaryPassword!));
    }

    [Fact]
    public async Task What_Mattermost_refuses_is_rolled_back_in_the_ledger_too()
    {
        var person = await sso.PersonAsync();
        sso.Mattermost.FailNext(Password, 403, "api.user.update_password.context.app_error");

        var result = await sso.ConvertAsync(person.Username);

        Assert.Equal(ConversionOutcome.Failed, result.Outcome);
        Assert.Contains("system_admin", result.Message, StringComparison.Ordinal);
        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(person.Id))!.State);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Where_the_ledger_cannot_be_written_nothing_is_changed()
    {
        var person = await sso.PersonAsync();
        sso.NewProcess(("Repository:Url", "file:///proc/no/such/place"));

        await Assert.ThrowsAsync<Refusal>(() => sso.ConvertAsync(person.Username));

        sso.NewProcess();
        Assert.Null(await sso.NewestAsync(person.Id));
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Two_who_convert_the_same_account_at_once_convert_it_once()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 20, SsoFixture.Service);
        var names = people.Select(person => person.Username).ToArray();
        var request = new ConvertAccountsRequest { Users = names, Ticket = "INC-3" };

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => sso.Get<ConvertAccounts>().HandleAsync(request, sso.Helpdesk, null, CancellationToken.None)));

        foreach (var name in names)
        {
            Assert.Single(both.SelectMany(results => results), result => result.Username == name && result.Outcome is ConversionOutcome.Converted);
        }

        var ledger = await sso.LedgerAsync();
        Assert.All(people, person => Assert.Single(ledger, binding => binding.UserId == person.Id));
        await sso.AssertNobodyIsLostAsync(people);
    }
}

using MmDrBot.Features.Outages;

namespace MmDrBot.Tests.Sso;

public sealed class AlreadyBackTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task Whoever_others_brought_back_is_told_with_what_they_changed_besides()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.Database.ExecuteAsync($"update users set authservice = '{person.AuthService}', authdata = '{person.AuthData}', password = '', email = 'new-{person.Email}' where id = '{person.Id}'");

        var drift = Assert.Single(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id);

        Assert.Equal("already_back", drift.Kind);
        Assert.Contains($"Its e-mail address was {person.Email} and is new-{person.Email} now", drift.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("{", drift.Message, StringComparison.Ordinal);
        Assert.Equal("already_back", (await sso.RevertAsync(person.Username)).Outcome);
    }
}

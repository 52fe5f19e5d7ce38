using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Features.Outages;
using MmDrBot.Mattermost;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>A long list beside a server that lets calls run out of time: some were carried out, some were not, and nobody is told which.</summary>
public sealed class BulkTimeoutTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const int People = 1000;
    private const int AtLeast = 20;

    [Fact]
    public async Task Everybody_goes_and_comes_back_once_though_answers_and_calls_run_out_of_time()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync("late", People, SsoFixture.Service);
        await using var process = Impatient();
        sso.Mattermost.FailAtRandom("*", 0.03, 11, StandInFailure.Hang, StandInFailure.HangAnswer, StandInFailure.RateLimit(TimeSpan.Zero));

        var converted = await process.GetRequiredService<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-200" }, sso.Helpdesk, null, CancellationToken.None);

        Assert.Equal(people.Select(person => (person.Id, ConversionOutcome.Converted)).Order(), converted.Select(result => (result.UserId!, result.Outcome)).Order());
        Assert.True(sso.Mattermost.InjectedFailures > AtLeast);
        Assert.Equal((long)People, await sso.Database.ScalarAsync<long>("select count(*) from users where username like 'late%' and authservice = '' and authdata is null"));
        Assert.Equal(people.Select(person => (person.Id, person.AuthData!)).Order(), (await sso.LedgerAsync()).Select(binding => (binding.UserId, binding.AuthData)).Order());

        var before = sso.Mattermost.InjectedFailures;
        var back = await process.GetRequiredService<RevertAccounts>().HandleAsync(new RevertAccountsRequest { All = true }, sso.Helpdesk, null, CancellationToken.None);

        Assert.Equal(people.Select(person => (person.Id, "reverted")).Order(), back.Select(result => (result.UserId, result.Outcome)).Order());
        Assert.True(sso.Mattermost.InjectedFailures > before + AtLeast);
        sso.Mattermost.StopFailing();
        Assert.Equal((long)People, await sso.Database.ScalarAsync<long>("select count(*) from users where username like 'late%' and authservice = 'gitlab' and authdata = 'gitlab-' || username and password = ''"));
        Assert.Empty(await sso.LedgerAsync());
        Assert.Empty(await sso.Get<ConversionStore>().ListOpenAsync(null, CancellationToken.None));
        foreach (var action in new[] { "account.converted", "account.reverted" })
        {
            Assert.Equal(people.Select(person => person.Username).Order(), (await sso.AuditAsync()).Where(record => record.Entry.Action == action).Select(record => record.Entry.Target).Order());
        }
    }

    /// <summary>Another process on the same state, which waits a second for an answer where others wait ten.</summary>
    private ServiceProvider Impatient()
    {
        var configuration = new ConfigurationManager { ["Approvals:ConvertMany"] = "0" };
        foreach (var (name, value) in sso.ChildSettings)
        {
            configuration[name["MMDR_".Length..].Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        var settings = AppSettings.Load(configuration);
        return new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddRooms(configuration, settings)
            .AddSingleton(MattermostServices.ClientOptions(settings.Mattermost) with { Token = _ => new(sso.Bot.Token), AttemptTimeout = TimeSpan.FromSeconds(1) })
            .BuildServiceProvider();
    }
}

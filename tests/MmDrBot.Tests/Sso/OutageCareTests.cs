using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

public sealed class OutageCareTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private OutageCare Care => sso.Get<IEnumerable<IHostedService>>().OfType<OutageCare>().Single();

    private ProviderHealth Health => sso.Get<ProviderHealth>();

    [Fact]
    public async Task An_expiry_waits_for_the_provider_and_then_brings_back()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username, lasts: "8h");
        await ExpireAsync(person);

        await Care.RoundAsync(CancellationToken.None);
        await Care.RoundAsync(CancellationToken.None);

        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        Assert.Single(sso.Mattermost.Posts, post => post.ChannelId == channel.Id && post.Message.Contains(person.Username, StringComparison.Ordinal));

        for (var i = 0; i < 3; i++)
        {
            Health.Add(SsoFixture.Service, null, DateTimeOffset.UtcNow);
        }

        await Care.RoundAsync(CancellationToken.None);

        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Ways_back_that_go_on_failing_are_tried_ever_more_seldom_and_said_once_for_all()
    {
        var channel = Begin();
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-31", For = "8h", Deliver = "one-time-link" }, sso.Helpdesk, null, CancellationToken.None);
        foreach (var person in people)
        {
            await ExpireAsync(person);
        }

        sso.Mattermost.FailAtRandom("PUT /api/v4/users/{id}/auth", 1, 1, StandInFailure.Answer(403));
        await RoundsAsync(6);
        Assert.Equal(2 * people.Count, await FailuresAsync(people));
        Assert.All(people, person => Assert.Contains(person.Username, Assert.Single(Said()), StringComparison.Ordinal));

        // Another process tries once more, and has nothing new to say.
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await RoundsAsync(1);
        Assert.Equal(3 * people.Count, await FailuresAsync(people));
        Assert.Single(Said());

        sso.Mattermost.StopFailing();
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await RoundsAsync(1);
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }

        IEnumerable<string> Said() => sso.Mattermost.Posts.Where(post => post.ChannelId == channel.Id && post.Message.Contains("is over", StringComparison.Ordinal)).Select(post => post.Message);
    }

    [Fact]
    public async Task Expiries_that_wait_are_said_once_for_all_and_each_is_an_entry_of_the_audit()
    {
        var channel = Begin();
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 25, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-32", For = "8h", Deliver = "one-time-link" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set expires_at = 1 where ticket = 'INC-32'", null, token), CancellationToken.None);

        await Care.RoundAsync(CancellationToken.None);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await Care.RoundAsync(CancellationToken.None);

        Assert.Contains("and 5 more is over", Assert.Single(sso.Mattermost.Posts, post => post.ChannelId == channel.Id && post.Message.Contains("is over", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
        Assert.Equal(people.Select(person => person.Username).Order(), (await sso.AuditAsync()).Where(record => record.Entry.Action == "account.expiry_postponed" && record.Entry.DetailJson!.Contains("INC-32", StringComparison.Ordinal)).Select(record => record.Entry.Target!).Order());
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. people.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None);
    }

    private StandInChannel Begin()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        return channel;
    }

    /// <summary>Half minutes of a process whose sign-in service is well, in each of which a round is made.</summary>
    private async Task RoundsAsync(int count)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        for (var probe = 0; probe < 3; probe++)
        {
            Health.Add(SsoFixture.Service, null, time.GetUtcNow());
        }

        var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, time, ActivatorUtilities.CreateInstance<ExpireConversions>(sso.App.Services, time));
        for (var round = 0; round < count; round++)
        {
            await care.RoundAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    private async Task<int> FailuresAsync(IReadOnlyList<StandInAccount> people) =>
        (await sso.AuditAsync()).Count(record => record.Entry.Action == "account.revert_failed" && people.Any(person => person.Username == record.Entry.Target));

    [Fact]
    public async Task Monitoring_is_told_how_many_are_converted_and_for_how_long()
    {
        // A service of its own, so that nobody else's accounts count; the figures are the process's, where others write theirs now and then.
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, "openid");
        await sso.OpenAsync("openid");
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-30", Deliver = "one-time-link" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set converted_at = converted_at - 7200000 where user_id = @Id", new { people[0].Id }, token), CancellationToken.None);

        await Eventually.IsTrueAsync(async () => await FigureAsync("mmdr_sso_converted_accounts{service=\"openid\"}") == 3 && await FigureAsync("mmdr_sso_oldest_conversion_seconds") is >= 7200 and < 7800);

        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. people.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None);
        await Eventually.IsTrueAsync(async () => await FigureAsync("mmdr_sso_converted_accounts{service=\"openid\"}") == 0);
    }

    private async Task<double?> FigureAsync(string name)
    {
        await Care.RoundAsync(CancellationToken.None);
        using var text = new MemoryStream();
        await Prometheus.Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text);
        var line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n').FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task What_was_interrupted_is_rolled_back_or_finished_in_a_round()
    {
        var (untouched, converted) = (await sso.PersonAsync(), await sso.PersonAsync());
        foreach (var person in new[] { untouched, converted })
        {
            await sso.ConvertAsync(person.Username);
        }

        await sso.Database.ExecuteAsync($"update users set authservice = '{untouched.AuthService}', authdata = '{untouched.AuthData}', password = '' where id = '{untouched.Id}'");
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set state = 'planned', owner = null, owner_until = 0 where user_id in (@a, @b)", new { a = untouched.Id, b = converted.Id }, token), CancellationToken.None);

        await Care.RoundAsync(CancellationToken.None);

        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(untouched.Id))!.State);
        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(converted.Id))!.State);
        await sso.AssertNobodyIsLostAsync(untouched, converted);
    }

    [Fact]
    public async Task An_open_outage_is_reminded_of_once_an_interval()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id), ("Sso:RemindEvery", "00:00:00"));
        await Care.RoundAsync(CancellationToken.None);
        var reminder = Assert.Single(sso.Mattermost.Posts, post => post.ChannelId == channel.Id && post.Message.Contains("INC-1", StringComparison.Ordinal));
        Assert.Equal(["Status", "Convert somebody", "Bring everybody back", "Close outage"], MattermostStandIn.ButtonsOf(reminder.Props));

        sso.NewProcess(("Announcements:Channel", channel.Id), ("Sso:RemindEvery", "04:00:00"));
        var posts = sso.Mattermost.Posts.Count;
        await Care.RoundAsync(CancellationToken.None);
        Assert.Equal(posts, sso.Mattermost.Posts.Count);
    }

    private Task ExpireAsync(StandInAccount person) => sso.Get<StateDatabase>().InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update conversions set expires_at = 1 where user_id = @Id", new { person.Id }, token), CancellationToken.None);
}

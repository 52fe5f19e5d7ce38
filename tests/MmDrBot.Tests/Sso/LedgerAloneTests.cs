using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>Bindings in the ledger that the books do not know: a call was killed between the two, or our state was lost.</summary>
public sealed class LedgerAloneTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task What_a_call_left_in_the_ledger_does_not_outlive_a_later_sign_off()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage, [BindingOf(person)], CancellationToken.None);
        await sso.ConvertAsync(person.Username);
        await sso.Get<SignOffAccount>().HandleAsync(person.Username, "keeps the password", sso.Root, CancellationToken.None);

        await sso.CloseAsync("google", null);

        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None);
        Assert.Equal(ConversionState.SignedOff, (await sso.NewestAsync(person.Id))!.State);
    }

    [Fact]
    public async Task What_a_call_left_in_the_ledger_stops_no_close_of_somebody_whom_a_later_call_converted()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(person)], CancellationToken.None);
        await sso.ConvertAsync(person.Username);

        Assert.Contains((await sso.CloseAsync("google", null)).Reverts, one => one.UserId == person.Id);

        await sso.AssertBoundAsync(person);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
    }

    [Fact]
    public async Task A_recovery_ends_nobodys_sessions_whom_the_call_had_not_reached()
    {
        await sso.OpenAsync("google");
        var (untouched, onTheWay) = (await sso.PersonAsync("google"), await sso.PersonAsync("google"));
        foreach (var person in new[] { untouched, onTheWay })
        {
            await sso.AddSessionAsync(person.Id, null);
        }

        await sso.Database.ExecuteAsync($"update users set lastpasswordupdate = {DateTimeOffset.UtcNow.AddDays(-90).ToUnixTimeMilliseconds()} where id = '{untouched.Id}'");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(untouched), BindingOf(onTheWay)], CancellationToken.None);

        var recovery = await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None);

        Assert.Equal([untouched.Username], recovery.Untouched);
        Assert.Equal([onTheWay.Username], recovery.BroughtBack);
        Assert.Equal((1, 0), (await SessionsAsync(untouched), await SessionsAsync(onTheWay)));
        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(untouched.Id))!.State);
        await sso.AssertBoundAsync(untouched);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == untouched.Id || binding.UserId == onTheWay.Id);
        await sso.CloseAsync("google", null);

        async Task<long> SessionsAsync(StandInAccount person) => await sso.Database.ScalarAsync<long>($"select count(*) from sessions where userid = '{person.Id}'");
    }

    [Fact]
    public async Task Whom_only_the_ledger_knows_as_converted_keeps_the_outage_open_until_a_recovery()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(person)], CancellationToken.None);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-a-lost-state' where id = '{person.Id}'");

        var drift = Assert.Single(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id);
        Assert.Equal("only_in_ledger", drift.Kind);
        Assert.Contains("mmdr sso recover", drift.Message, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.CloseAsync("google", null));
        Assert.Contains($"@{person.Username} signs in with a password and was converted by the ledger", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sso recover", refusal.Hint, StringComparison.Ordinal);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "outage.close_refused" && record.Entry.DetailJson!.Contains(person.Username, StringComparison.Ordinal));
        Assert.Equal([person.Username], (await sso.CloseAsync("google", "knowing that")).LeftWithPassword);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "outage.closed" && record.Entry.DetailJson!.Contains(person.Username, StringComparison.Ordinal));

        Assert.Contains((await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None)).Recovered, one => one.UserId == person.Id);
        Assert.Contains((await sso.CloseAsync("google", null)).Reverts, one => one.UserId == person.Id);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whom_a_lost_state_had_converted_is_told_without_an_outage_and_keeps_a_new_one_open()
    {
        await using var own = new OwnSso();
        var person = await own.ConvertedAsync();
        var said = own.LoseState();
        await ActivatorUtilities.CreateInstance<OutageCare>(own.Sso.App.Services).RoundAsync(CancellationToken.None);
        Assert.Contains($"@{person.Username} signs in with a password and was converted by the ledger", Assert.Single(said()), StringComparison.Ordinal);
        await own.Sso.OpenAsync(SsoFixture.Service);

        await Assert.ThrowsAsync<Refusal>(() => own.Sso.CloseAsync(SsoFixture.Service, null));
        await own.Sso.CloseAsync(SsoFixture.Service, "knowing that");

        Assert.Contains($"**Left with a password:** @{person.Username}", said().Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody is left", said().Last(), StringComparison.Ordinal);
        await own.Sso.Get<RecoverConversions>().HandleAsync(null, own.Sso.Root, CancellationToken.None);
        await own.Sso.CloseAsync(SsoFixture.Service, null);
        await own.Sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_close_beside_a_ledger_object_that_cannot_be_read_does_not_say_that_nobody_is_left()
    {
        await using var own = new OwnSso();
        await own.ConvertedAsync();
        own.DamageNewest("ledger");
        var said = own.LoseState();
        await own.Sso.OpenAsync(SsoFixture.Service);

        var closed = await own.Sso.CloseAsync(SsoFixture.Service, null);

        Assert.Contains(closed.Notes, note => note.Contains("ledger could not be read as a whole", StringComparison.Ordinal));
        Assert.Contains("By the books nobody is left converted. The ledger could not be read as a whole", said().Last(), StringComparison.Ordinal);
        Assert.Contains(await own.Sso.Get<ReconcileAfterRestore>().LookAsync(CancellationToken.None), text => text.Contains("ledger could not be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Beside_a_ledger_object_that_cannot_be_read_a_recovery_brings_nobody_back_unasked()
    {
        await using var own = new OwnSso();
        var person = await own.ConvertedAsync();
        await own.Sso.Get<SignOffAccount>().HandleAsync(person.Username, "keeps the password", own.Sso.Root, CancellationToken.None);
        own.DamageNewest("ledger");
        own.Sso.NewProcess(("ConnectionStrings:State", own.Sso.StateFile + ".new"));

        var recovery = await own.Sso.Get<RecoverConversions>().HandleAsync(null, own.Sso.Root, CancellationToken.None);
        var reverts = await own.Sso.Get<RecoverConversions>().RevertAsync(recovery, own.Sso.Root, CancellationToken.None);

        Assert.Single(recovery.Damaged);
        Assert.Equal(person.Id, Assert.Single(recovery.Recovered).UserId);
        Assert.Empty(reverts);
        Assert.Equal("", (await own.Sso.Mattermost.FindAccountAsync(person.Id))!.AuthService);
        Assert.Contains(await own.Sso.Get<ReconcileAccounts>().HandleAsync(own.Sso.Root, CancellationToken.None), drift => drift.Kind == "ledger_unread");
    }

    private static LedgerBinding BindingOf(StandInAccount person) => new()
    {
        ConversionId = TimedId.New(DateTimeOffset.UtcNow),
        UserId = person.Id,
        Username = person.Username,
        Email = person.Email,
        AuthService = person.AuthService,
        AuthData = person.AuthData!,
        Ticket = "INC-3",
    };

    /// <summary>A repository that may be damaged.</summary>
    private sealed class OwnSso : IAsyncDisposable
    {
        internal SsoFixture Sso { get; } = new();

        internal async Task<StandInAccount> ConvertedAsync()
        {
            await Sso.InitializeAsync();
            var person = await Sso.PersonAsync();
            await Sso.ConvertAsync(person.Username, "one-time-link");
            return person;
        }

        /// <summary>As on a new machine.</summary>
        /// <returns>What its channel hears.</returns>
        internal Func<IReadOnlyList<string>> LoseState()
        {
            var channel = Sso.Mattermost.AddChannel(Sso.NewName(), members: [Sso.Bot]);
            Sso.NewProcess(("ConnectionStrings:State", Sso.StateFile + ".new"), ("Announcements:Channel", channel.Id));
            return () => [.. Sso.Mattermost.Posts.Where(post => post.ChannelId == channel.Id).Select(post => post.Message)];
        }

        internal void DamageNewest(string folder)
        {
            var newest = new DirectoryInfo(Path.Combine(new Uri(Sso.RepositoryUrl).LocalPath, folder)).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)!;
            newest.IsReadOnly = false;
            var bytes = File.ReadAllBytes(newest.FullName);
            bytes[^1] ^= 1;
            File.WriteAllBytes(newest.FullName, bytes);
        }

        public async ValueTask DisposeAsync() => await Sso.DisposeAsync();
    }
}

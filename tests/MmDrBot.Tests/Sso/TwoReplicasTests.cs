using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

/// <summary>Two services, each a process of its own, on one state in PostgreSQL: people of both helpdesks want the same accounts at once.</summary>
public sealed class TwoReplicasTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>, IAsyncLifetime
{
    private const int People = 20;
    private const int Rounds = 4;
    private const string Replicas = "replicas";
    private readonly List<ChildService> _services = [];
    private HttpClient[] _doors = [];

    public async Task InitializeAsync()
    {
        var key = await sso.Get<ManageApiKeys>().CreateAsync(new NewApiKey(sso.NewName(), ManageApiKeys.Grantable.ToHashSet(), null), Actor.System, CancellationToken.None);
        for (var replica = 0; replica < 2; replica++)
        {
            _services.Add(ChildService.Start(sso.ChildSettings, $"{sso.StateText}&application_name={Replicas}"));
        }

        foreach (var service in _services)
        {
            service.Door.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
            await service.IsUpAsync();
        }

        _doors = [.. _services.Select(service => service.Door)];
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Both_convert_the_same_people_at_once_and_each_is_converted_once()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);

        var both = await Task.WhenAll(_doors.Select(door => ConvertAsync(door, people)));

        foreach (var person in people)
        {
            Assert.Single(both.SelectMany(results => results), result => (string?)result!["username"] == person.Username && (string?)result["outcome"] == "converted");
        }

        await AssertOneEachAsync(people);
        var back = await Task.WhenAll(_doors.Select(door => RevertAsync(door, people)));
        Assert.All(people, person => Assert.Single(back.SelectMany(results => results), result => (string?)result!["username"] == person.Username && (string?)result["outcome"] == "reverted"));
        await AssertAllBackAsync(people);
    }

    [Fact]
    public async Task Whoever_converts_while_the_other_brings_back_nobody_is_lost()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(_doors.SelectMany(door => new Task[] { ConvertAsync(door, people), RevertAsync(door, people) }));
            await sso.AssertNobodyIsLostAsync(people);
        }

        await RevertAsync(_doors[1], people);
        await AssertAllBackAsync(people);
    }

    [Fact]
    public async Task Nobody_waits_in_a_circle_when_two_helpdesks_and_the_way_back_name_the_same_people_in_other_orders()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        StandInAccount[] backwards = [.. people.Reverse()];
        var before = await CountCirclesAsync();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(ConvertAsync(_doors[0], people), ConvertAsync(_doors[1], backwards), RevertAsync(_doors[0], backwards), RevertAsync(_doors[1], people));
            await Task.WhenAll(RevertAsync(_doors[0], people), RevertAsync(_doors[1], backwards), ConvertAsync(_doors[0], backwards));
            await sso.AssertNobodyIsLostAsync(people);
        }

        await RevertAsync(_doors[1], people);
        await AssertAllBackAsync(people);

        // A connection's numbers are counted for certain once it has ended.
        foreach (var service in _services)
        {
            await service.KillAsync();
        }

        await Eventually.IsTrueAsync(async () => await CountAsync($"select count(*) from pg_stat_activity where application_name = '{Replicas}'") == 0);
        Assert.Equal(before, await CountCirclesAsync());
    }

    [Fact]
    public async Task What_a_killed_replica_leaves_the_other_finishes()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        var before = sso.Mattermost.InjectedFailures;
        sso.Mattermost.Fail("PUT /api/v4/users/{id}/password", StandInFailure.HangAnswer, nth: 12);
        var dying = ConvertAsync(_doors[0], people);
        await Eventually.IsTrueAsync(() => Task.FromResult(sso.Mattermost.InjectedFailures > before));
        await _services[0].KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => dying);
        sso.Mattermost.StopFailing();
        await sso.AssertNobodyIsLostAsync(people);

        var results = await ConvertAsync(_doors[1], people);

        Assert.All(results, result => Assert.True((string?)result!["outcome"] is "converted" or "already_converted", result!.ToJsonString()));
        await AssertOneEachAsync(people);
        await RevertAsync(_doors[1], people);
        await AssertAllBackAsync(people);
    }

    private Task<long> CountCirclesAsync() => CountAsync("select deadlocks from pg_stat_database where datname = current_database()");

    private Task<long> CountAsync(string sql) => sso.Get<StateDatabase>().ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long>(sql, null, token), CancellationToken.None);

    private static Task<JsonArray> ConvertAsync(HttpClient door, IReadOnlyList<StandInAccount> people) =>
        PostAsync(door, "/api/v1/sso-conversions", new { users = people.Select(person => person.Username), ticket = "INC-30", deliver = "one-time-link" });

    private static Task<JsonArray> RevertAsync(HttpClient door, IReadOnlyList<StandInAccount> people) =>
        PostAsync(door, "/api/v1/sso-conversions/revert", new { users = people.Select(person => person.Username) });

    private static async Task<JsonArray> PostAsync(HttpClient door, string path, object body)
    {
        using var answer = await door.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonArray>())!;
    }

    private async Task AssertOneEachAsync(IReadOnlyList<StandInAccount> people)
    {
        await sso.AssertNobodyIsLostAsync(people);
        var ledger = (await sso.LedgerAsync()).ToLookup(binding => binding.UserId);
        var rows = (await sso.Get<ConversionStore>().ListOpenAsync(null, CancellationToken.None)).ToLookup(one => one.UserId);
        foreach (var person in people)
        {
            Assert.Equal(Assert.Single(rows[person.Id]).Id, Assert.Single(ledger[person.Id]).ConversionId);
            Assert.Equal("", (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthService);
        }
    }

    private async Task AssertAllBackAsync(IReadOnlyList<StandInAccount> people)
    {
        foreach (var person in people)
        {
            var now = (await sso.Mattermost.FindAccountAsync(person.Id))!;
            Assert.Equal((person.AuthService, person.AuthData), (now.AuthService, now.AuthData));
        }

        var ids = people.Select(person => person.Id).ToHashSet();
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => ids.Contains(binding.UserId));
        Assert.DoesNotContain(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => ids.Contains(drift.UserId));
        Assert.Null(await sso.Get<AuditLog>().VerifyAsync(CancellationToken.None));
    }
}

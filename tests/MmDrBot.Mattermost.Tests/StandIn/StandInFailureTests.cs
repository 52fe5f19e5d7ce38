using System.Diagnostics;
using System.Net;
using MmDrBot.TestKit.Mattermost;
using Xunit.Abstractions;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInFailureTests(ContractDatabase database, ITestOutputHelper output) : IClassFixture<ContractDatabase>, IAsyncLifetime
{
    private const string SetPassword = "PUT /api/v4/users/{id}/password";
    private const int Connections = 8;

    private AccountScene _scene = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => _scene = await AccountScene.StartAsync(database);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task The_nth_request_of_a_route_fails_and_no_other()
    {
        var people = await _scene.Server.AddSsoUsersAsync("n" + _scene.Run, 4, "saml");
        _scene.Server.Fail(SetPassword, StandInFailure.RateLimit(TimeSpan.FromSeconds(2)), nth: 2);
        _scene.Server.Fail(SetPassword, StandInFailure.Answer(503), nth: 3);

        var failures = new List<MattermostApiException?>();

        foreach (var person in people)
            failures.Add(await Record.ExceptionAsync(() => ConvertAsync(person)) as MattermostApiException);

        Assert.Equal([null, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable, null], failures.Select(failure => failure?.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(2), failures[1]!.RetryAfter);
        var bound = await Task.WhenAll(people.Select(IsBoundAsync));
        Assert.Equal([false, true, true, false], bound);
        Assert.Equal(2, _scene.Server.InjectedFailures);
    }

    [Theory]
    [InlineData("abort", true)]
    [InlineData("lose", false)]
    public async Task A_broken_connection_tells_nothing_about_what_was_done(string kind, bool bound)
    {
        var person = await _scene.PersonAsync();
        _scene.Server.Fail(SetPassword, kind == "abort" ? StandInFailure.Abort : StandInFailure.LoseAnswer);

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => ConvertAsync(person));

        Assert.Null(failure.StatusCode);
        Assert.Equal(bound, await IsBoundAsync(person));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_server_that_hangs_may_have_carried_it_out_or_not(bool after, bool bound)
    {
        var person = await _scene.PersonAsync();
        _scene.Server.Fail(SetPassword, after ? StandInFailure.HangAnswer : StandInFailure.Hang);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.Api.SetPasswordAsync(person.Id, new(AccountScene.Password), patience.Token));

        Assert.Equal(bound, await IsBoundAsync(person));
    }

    [Fact]
    public async Task Random_failures_follow_their_seed_and_end_when_told()
    {
        var first = await DrawAsync(seed: 7);
        var second = await DrawAsync(seed: 7);
        _scene.Server.StopFailing();
        await _scene.Api.PingAsync(None);

        Assert.Equal(first, second);
        Assert.InRange(first.Count(status => status == HttpStatusCode.Conflict), 5, 35);
    }

    [Fact]
    public async Task A_thousand_people_go_and_come_back_over_eight_connections()
    {
        var people = await _scene.Server.AddSsoUsersAsync("m" + _scene.Run, 1000, "ldap");
        var clock = Stopwatch.StartNew();

        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (person, _) => await ConvertAsync(person));
        var bound = await database.Database.ScalarAsync<long>($"SELECT count(*) FROM users WHERE username LIKE 'm{_scene.Run}%' AND authdata IS NOT NULL");
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (person, _) => await RevertAsync(person));

        output.WriteLine($"{4 * people.Count / clock.Elapsed.TotalSeconds:F0} requests a second");
        Assert.Equal(0, bound);
        Assert.Equal(1000L, await database.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM users WHERE username LIKE 'm{_scene.Run}%' AND authservice = 'ldap' AND authdata = 'ldap-' || username AND password = ''"));
    }

    private Task ConvertAsync(StandInAccount person) => _scene.Api.SetPasswordAsync(person.Id, new(AccountScene.Password), None);

    private async Task RevertAsync(StandInAccount person)
    {
        await _scene.Api.SetAuthAsync(person.Id, new(person.AuthService, person.AuthData!), None);
        await _scene.Api.PatchUserAsync(person.Id, new(), None);
        await _scene.Api.RevokeSessionsAsync(person.Id, None);
    }

    private async Task<bool> IsBoundAsync(StandInAccount person) => (await _scene.Server.FindAccountAsync(person.Id))!.AuthData == person.AuthData;

    private async Task<List<HttpStatusCode?>> DrawAsync(int seed)
    {
        _scene.Server.StopFailing();
        _scene.Server.FailAtRandom("*", 0.2, seed, StandInFailure.Answer(409));
        var drawn = new List<HttpStatusCode?>();

        for (var call = 0; call < 100; call++)
            drawn.Add((await Record.ExceptionAsync(() => _scene.Api.PingAsync(None)) as MattermostApiException)?.StatusCode);

        return drawn;
    }
}

using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using MmDrBot.Access;
using MmDrBot.Features.JobHistory;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class JobEventsTests(BotFixture bot)
{
    [Fact]
    public async Task A_job_is_followed_to_its_end_and_whoever_comes_back_hears_only_what_is_new()
    {
        var events = new List<SseItem<string>>();
        Task following;
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup")).Text);
            following = FollowAsync(id, null, events);
            await Eventually.IsTrueAsync(() => Task.FromResult(events.Count > 0));
        }

        await following;
        Assert.Equal("end", events[^1].EventType);
        Assert.All(events.SkipLast(1), item => Assert.Equal("progress", item.EventType));
        Assert.Equal((id, "succeeded"), ((string?)JsonNode.Parse(events[^1].Data)!["id"], (string?)JsonNode.Parse(events[^1].Data)!["state"]));
        Assert.Equal(events.Count, events.Select(item => item.EventId).Distinct().Count());

        var again = new List<SseItem<string>>();
        Assert.Equal(HttpStatusCode.OK, await FollowAsync(id, events[0].EventId, again));
        Assert.Equal(events[^1].Data, Assert.Single(again).Data);
        Assert.Equal(HttpStatusCode.NoContent, await FollowAsync(id, events[^1].EventId, again));
    }

    [Fact]
    public async Task A_job_that_is_not_there_or_not_to_be_seen_answers_a_problem()
    {
        using var client = bot.Client(bot.FullKey);
        using var blind = bot.Client(await bot.NewKeyAsync(Permission.TakeBackup));

        using var missing = await client.GetAsync(Path("jobs/zzzz/events"));
        using var forbidden = await blind.GetAsync(Path("jobs/zzzz/events"));

        await ProblemAsync(missing, HttpStatusCode.NotFound, "not_found");
        await ProblemAsync(forbidden, HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task While_nothing_changes_a_sign_of_life_is_given()
    {
        await using var state = new StateFixture(StateDatabases.Sqlite());
        using var lifetime = new ApplicationLifetimeHolder();
        var events = new JobEvents(new JobHistory(state.Jobs, state.Transitions, state.Get<JobReporters>(), state.Database), state.Clock, lifetime.Lifetime);
        var job = await state.Database.InTransactionAsync((transaction, token) => state.Queue.EnqueueAsync(transaction, new NewJob("backup", Actor.System), token), CancellationToken.None);
        var signs = 0;
        await using var heard = events.FollowAsync(job.Id, null, () => Task.FromResult(signs++), Actor.System, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await heard.MoveNextAsync());

        var next = heard.MoveNextAsync().AsTask();
        await Eventually.IsTrueAsync(() =>
        {
            state.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(signs > 1);
        });
        await state.Database.InTransactionAsync((transaction, token) => state.Transitions.CancelAsync(transaction, job.Id, Actor.System, token), CancellationToken.None);
        await Eventually.IsTrueAsync(() =>
        {
            state.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(next.IsCompleted);
        });

        Assert.True(await next);
        Assert.Equal("end", heard.Current.EventType);
        Assert.False(await heard.MoveNextAsync());
    }

    [Fact]
    public async Task When_the_service_stops_the_stream_ends()
    {
        await using var state = new StateFixture(StateDatabases.Sqlite());
        using var lifetime = new ApplicationLifetimeHolder();
        var events = new JobEvents(new JobHistory(state.Jobs, state.Transitions, state.Get<JobReporters>(), state.Database), state.Clock, lifetime.Lifetime);
        var job = await state.Database.InTransactionAsync((transaction, token) => state.Queue.EnqueueAsync(transaction, new NewJob("backup", Actor.System), token), CancellationToken.None);
        await using var heard = events.FollowAsync(job.Id, null, () => Task.CompletedTask, Actor.System, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await heard.MoveNextAsync());

        var next = heard.MoveNextAsync().AsTask();
        lifetime.Lifetime.StopApplication();

        Assert.False(await next);
    }

    private async Task<HttpStatusCode> FollowAsync(string id, string? seen, List<SseItem<string>> events)
    {
        using var client = bot.Client(bot.FullKey);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path($"jobs/{id}/events"));
        if (seen is not null)
        {
            request.Headers.Add("Last-Event-ID", seen);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.StatusCode is HttpStatusCode.OK)
        {
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            {
                events.Add(item);
            }
        }

        return answer.StatusCode;
    }

    private sealed class ApplicationLifetimeHolder : IDisposable
    {
        internal ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

        public void Dispose() => Lifetime.StopApplication();
    }
}

using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInHookTests
{
    private const string Json = "application/json";

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("text/plain", "plain words", 200)]
    [InlineData("application/x-www-form-urlencoded", "text=abc", 200)]
    [InlineData("application/json; charset=utf-8", "{}", 200)]
    [InlineData(Json, """{"text":""", 400)]
    [InlineData(Json, "", 400)]
    [InlineData(Json, """{"text":5}""", 400)]
    public async Task A_response_url_takes_what_was_seen_to_be_taken(string type, string body, int status)
    {
        await using var scene = await StartAsync();
        var url = (await scene.TypeAsync("/dr status")).ResponseUrl!;

        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await scene.SendAsync("POST", url.AbsolutePath, token: null, content);

        if (status == 200)
            Assert.Equal((HttpStatusCode.OK, "ok"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        else
            await Fixture.Read("hook-unreadable").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task An_unknown_response_url_is_answered_as_recorded()
    {
        await using var scene = await StartAsync();

        using var answer = await scene.SendAsync("POST", "/hooks/commands/zzz", token: null, new { text = "?" });

        await Fixture.Read("hook-missing").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task A_response_url_lives_for_half_an_hour()
    {
        await using var scene = await StartAsync();
        var url = (await scene.TypeAsync("/dr status")).ResponseUrl!;

        _time.Advance(MattermostLimits.ResponseUrlLifetime - TimeSpan.FromSeconds(1));
        using var taken = await scene.SendAsync("POST", url.AbsolutePath, token: null, new { text = "in time" });
        _time.Advance(TimeSpan.FromSeconds(1));
        using var refused = await scene.SendAsync("POST", url.AbsolutePath, token: null, new { text = "late" });

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        await Fixture.Read("hook-missing").AssertLikeAsync(refused);
    }

    [Fact]
    public async Task The_sixth_use_is_answered_as_recorded_and_unreadable_ones_do_not_count()
    {
        await using var scene = await StartAsync();
        var url = (await scene.TypeAsync("/dr status")).ResponseUrl!;

        for (var use = 0; use < MattermostLimits.ResponseUrlUses; use++)
        {
            using var unreadable = await scene.SendAsync("POST", url.AbsolutePath, token: null, new { text = 5 });
            using var taken = await scene.SendAsync("POST", url.AbsolutePath, token: null, new { text = "x" });
            Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (unreadable.StatusCode, taken.StatusCode));
        }

        using var sixth = await scene.SendAsync("POST", url.AbsolutePath, token: null, new { text = "x" });
        await Fixture.Read("hook-used-up").AssertLikeAsync(sixth);
    }

    private async Task<StandInScene> StartAsync() =>
        await StandInScene.StartAsync(await LoopbackServer.StartAsync(200, Json, "{}"), new() { Time = _time });
}

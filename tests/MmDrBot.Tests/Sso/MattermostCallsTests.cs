using System.Net;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Mattermost;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

public sealed class MattermostCallsTests
{
    private readonly FakeTimeProvider _time = new();
    private int _calls;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    [InlineData(90, 90)]
    [InlineData(86_400, 300)]
    public async Task What_the_server_limits_is_repeated_after_as_long_as_it_asks_for(int? asked, int waited)
    {
        var calling = new MattermostCalls(_time).TryAsync(_ => ++_calls == 1 ? throw Limited(asked) : Task.CompletedTask, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(waited) - TimeSpan.FromMilliseconds(1));
        Assert.False(calling.IsCompleted);
        Assert.Equal(1, _calls);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await calling);
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Whatever_else_goes_wrong_is_the_callers_to_judge()
    {
        var failure = new MattermostApiException("it broke") { StatusCode = HttpStatusCode.BadGateway };

        Assert.Same(failure, await new MattermostCalls(_time).TryAsync(_ => throw failure, CancellationToken.None));
    }

    private static MattermostApiException Limited(int? seconds) =>
        new("limited") { StatusCode = HttpStatusCode.TooManyRequests, RetryAfter = seconds is { } asked ? TimeSpan.FromSeconds(asked) : null };
}

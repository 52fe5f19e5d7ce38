using System.Net;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>What this product relies on, whoever answers. Ids and states were recorded from 5.37.</summary>
public abstract partial class MattermostContract : IAsyncLifetime
{
    internal const string UnknownId = "xxxxxxxxxxxxxxxxxxxxxxxxxx";

    private MattermostScene _scene = null!;
    private Client _bot = null!;
    private Client _admin = null!;
    private SceneAccounts _accounts = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _scene = await FurnishAsync();
        _bot = new(_scene.Url, _scene.BotToken);
        _admin = new(_scene.Url, _scene.AdminToken);
        _accounts = new(_scene);
    }

    public async Task DisposeAsync()
    {
        await _accounts.DisposeAsync();
        await _bot.DisposeAsync();
        await _admin.DisposeAsync();
        await ClearAsync();
    }

    protected abstract Task<MattermostScene> FurnishAsync();

    protected abstract Task ClearAsync();

    private static async Task<MattermostApiException> FailsAsync(HttpStatusCode status, string? errorId, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<MattermostApiException>(call);
        Assert.Equal(status, failure.StatusCode);

        if (errorId is not null)
            Assert.Equal(errorId, failure.ErrorId);

        Assert.NotNull(failure.RequestId);

        return failure;
    }

    private async Task<bool> IsAtLeastAsync(int major, int minor)
    {
        await _admin.Api.PingAsync(None);

        return _admin.Server.Version!.IsAtLeast(major, minor);
    }

    private NewPost Draft(string message = "hello", string? pending = null) => new() { ChannelId = _scene.ChannelId, Message = message, PendingPostId = pending };
}

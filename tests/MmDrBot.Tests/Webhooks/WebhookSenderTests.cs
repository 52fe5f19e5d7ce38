using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Tests.Webhooks;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private static readonly string Secret = WebhookSignature.NewSecret();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Loopback_is_refused_under_whatever_name_before_a_connection_is_made(string host)
    {
        var attempt = await SendAsync(new UriBuilder(_receiver.Url) { Host = host }.Uri);

        Assert.Null(attempt.Status);
        Assert.Contains("not a public address", attempt.Error, StringComparison.Ordinal);
        Assert.Empty(_receiver.Received);
    }

    [Fact]
    public async Task The_example_of_the_specification_gets_the_signature_that_it_has_there() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            await Task.FromResult(WebhookSignature.Of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}")));

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        var attempt = await SendAsync(_receiver.Url, "127.0.0.0/8");

        Assert.Equal((302, false), (attempt.Status, attempt.IsGood));
        Assert.Single(_receiver.Received);
    }

    [Fact]
    public async Task An_endless_answer_is_read_at_its_beginning_only()
    {
        _receiver.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 10_000), context.RequestAborted);
            }
        };

        var attempt = await SendAsync(_receiver.Url, "127.0.0.0/8");

        Assert.Equal((200, 512), (attempt.Status, attempt.Answer!.Length));
    }

    [Fact]
    public async Task An_answer_that_never_comes_ends_the_attempt_in_time()
    {
        _receiver.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var sending = SendAsync(_receiver.Url, "127.0.0.0/8");
        await Eventually.IsTrueAsync(() => Task.FromResult(!_receiver.Received.IsEmpty));

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("no answer within 10 s", (await sending).Error);
    }

    private async Task<Attempt> SendAsync(Uri url, params string[] allowed)
    {
        using var sender = new WebhookSender(AppSettings.Unset with { Webhooks = new WebhookOptions { AllowedNetworks = allowed } }, _clock);
        return await sender.SendAsync(url, Secret, new Delivery { Id = "delivery", WebhookId = "webhook", Event = "webhook.test", Body = "{}" }, CancellationToken.None);
    }
}

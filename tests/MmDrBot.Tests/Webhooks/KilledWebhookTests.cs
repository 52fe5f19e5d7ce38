using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Webhooks;

/// <summary>The real service, killed while a receiver has its call.</summary>
public sealed class KilledWebhookTests(CliFixture bench) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task An_event_whose_call_was_cut_off_by_a_kill_is_delivered_by_the_next_process_with_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        foreach (var (name, value) in new[] { ("Webhooks__AllowedNetworks__0", "127.0.0.0/8"), ("Webhooks__Timeout", "00:00:01"), ("Mattermost__Url", "http://127.0.0.1:1"), ("Mattermost__Token", "token"), ("Mattermost__CommandTokens__0", "token"), ("Http__Listen", "http://127.0.0.1:0") })
        {
            bench.Settings[$"MMDR_{name}"] = value;
        }

        var secret = (string)(await bench.JsonAsync("webhook", "add", receiver.Url.ToString(), "--events", "restore_point.taken", "--name", "pager"))["secret"]!;
        var called = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            called.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await bench.MustAsync("backup", "--only", "config");
        using (var doomed = bench.Start("serve"))
        {
            await called.Task.WaitAsync(TimeSpan.FromSeconds(30));
            doomed.Kill();
            await doomed.WaitForExitAsync();
        }

        Assert.Equal("pending", await StateAsync());
        receiver.AnswerStatus(200);
        using var next = bench.Start("serve");
        await Eventually.IsTrueAsync(async () => await StateAsync() == "delivered");

        await Tool.RunAsync("kill", [next.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await next.WaitForExitAsync();
        Assert.Single(receiver.Received.Select(one => (one.Id, one.Body)).Distinct());
        Assert.All(receiver.Received, one => Assert.True(one.IsSignedWith(secret)));
    }

    private async Task<string?> StateAsync() => (string?)Assert.Single((JsonArray)await bench.JsonAsync("webhook", "deliveries", "pager"))!["state"];
}

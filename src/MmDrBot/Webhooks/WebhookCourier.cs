using MmDrBot.Access;

namespace MmDrBot.Webhooks;

/// <summary>
/// Delivers what is due, one by one to each webhook and to all of them side by side: one that hangs holds up nobody but itself. Its loop
/// never dies.
/// </summary>
internal sealed partial class WebhookCourier(DeliveryStore deliveries, WebhookAttempts attempts, WebhookOutbox outbox, TimeProvider time, ILogger<WebhookCourier> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private readonly string _owner = $"courier {Reference.New()}";
    private readonly List<Task> _running = [];
    private DateTimeOffset _forgetAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TurnAsync(stoppingToken);
        }

        await Task.WhenAll(_running);
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartDueAsync(stoppingToken);
            await ForgetAsync(stoppingToken);
            await outbox.WaitAsync(LookEvery, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception failure)
        {
            Log.TurnFailed(logger, failure);
            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartDueAsync(CancellationToken stoppingToken)
    {
        _running.RemoveAll(task => task.IsCompleted);
        while (_running.Count < Webhook.Most && await deliveries.AnyDueAsync(time.GetUtcNow(), stoppingToken))
        {
            var now = time.GetUtcNow();
            if (await deliveries.TryClaimAsync(_owner, now, now + attempts.Lease, stoppingToken) is not { } delivery)
            {
                return;
            }

            _running.Add(DeliverAsync(delivery, stoppingToken));
        }
    }

    private async Task DeliverAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await attempts.MakeAsync(delivery, _owner, stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // Its lease runs out, and it is tried again.
        }
        catch (Exception failure)
        {
            Log.NotDelivered(logger, failure, delivery.Id);
        }

        // The next one to the same webhook may be due.
        outbox.Signal();
    }

    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        if (time.GetUtcNow() < _forgetAt)
        {
            return;
        }

        await deliveries.ForgetAsync(time.GetUtcNow() - Kept, stoppingToken);
        _forgetAt = time.GetUtcNow() + ForgetEvery;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Deliveries to webhooks could not be looked for; that is tried again.")]
        public static partial void TurnFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Delivery {Delivery} could not be handled; it is tried again when its lease is over.")]
        public static partial void NotDelivered(ILogger logger, Exception exception, string delivery);
    }
}

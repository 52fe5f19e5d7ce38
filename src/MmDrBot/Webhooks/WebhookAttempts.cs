using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Webhooks;

/// <summary>Makes an attempt at a claimed delivery, and writes down what it came to: done, to be tried again, or given up.</summary>
internal sealed partial class WebhookAttempts(
    WebhookStore webhooks, WebhookSender sender, WebhookSeals seals, AppSettings settings, StateDatabase state, AuditLog audit, TimeProvider time, ILogger<WebhookAttempts> logger)
{
    /// <summary>How much longer a pause may be, by chance, so that what failed together does not come back together.</summary>
    internal const double Jitter = 0.2;

    /// <summary>What is between the attempts at least: the first follows at once, the last a third of a day later.</summary>
    internal static readonly IReadOnlyList<TimeSpan> Pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    /// <summary>For whom a delivery is claimed: longer than an attempt can take.</summary>
    internal TimeSpan Lease => settings.Webhooks.Timeout + TimeSpan.FromSeconds(5);

    /// <param name="delivery">Claimed by the owner.</param>
    /// <param name="owner">Who claimed it.</param>
    /// <param name="cancellationToken">Ends the attempt; the delivery is tried again when its lease is over.</param>
    internal async Task<Delivery> MakeAsync(Delivery delivery, string owner, CancellationToken cancellationToken)
    {
        var webhook = await webhooks.GetAsync(delivery.WebhookId, cancellationToken);
        var attempt = await TryAsync(webhook, delivery, cancellationToken);
        var after = After(delivery, attempt);
        // Once sent, it is written down whatever happens: else it would be sent twice.
        await state.InTransactionAsync((transaction, token) => RecordAsync(transaction, webhook, after, attempt, owner, token), CancellationToken.None);
        return after;
    }

    private async Task<Attempt> TryAsync(Webhook webhook, Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(seals.UrlOf(webhook), seals.KeyOf(webhook), delivery, cancellationToken);
        }
        catch (Refusal refusal)
        {
            return new Attempt(null, TimeSpan.Zero, null, refusal.Message);
        }
    }

    private Delivery After(Delivery delivery, Attempt attempt)
    {
        var now = time.GetUtcNow();
        var attempts = delivery.Attempts + 1;
        var again = !attempt.IsGood && !attempt.IsGone && attempts <= Pauses.Count;
        return delivery with
        {
            State = attempt.IsGood ? DeliveryState.Delivered : again ? DeliveryState.Pending : DeliveryState.Failed,
            Attempts = attempts,
            NextAt = again ? now + (Pauses[attempts - 1] * (1 + (Jitter * Random.Shared.NextDouble()))) : null,
            LastAt = now,
            Last = attempt,
        };
    }

    private async Task RecordAsync(StateTransaction transaction, Webhook webhook, Delivery after, Attempt attempt, string owner, CancellationToken cancellationToken)
    {
        if (!await DeliveryStore.FinishAsync(transaction, after, owner, cancellationToken))
        {
            return;
        }

        if (attempt.IsGood)
        {
            await WebhookStore.SucceededAsync(transaction, webhook.Id, cancellationToken);
        }
        else if (await WebhookStore.FailedAsync(transaction, webhook.Id, time.GetUtcNow(), cancellationToken) is { } since)
        {
            Log.Failed(logger, webhook.Name, after.Id, after.Attempts, attempt.Summary);
            await DisableAsync(transaction, webhook, attempt, since, cancellationToken);
        }
    }

    private async Task DisableAsync(StateTransaction transaction, Webhook webhook, Attempt attempt, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!attempt.IsGone && now - since < settings.Webhooks.DisableAfter)
        {
            return;
        }

        var reason = attempt.IsGone ? "its receiver answered 410, gone" : $"nothing has reached it since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {attempt.Summary}";
        await WebhookStore.DisableAsync(transaction, webhook.Id, reason, now, cancellationToken);
        await audit.AppendAsync(transaction, AuditEntry.By(Actor.System, now, "webhook.disabled", webhook.Name, AuditOutcome.Succeeded), cancellationToken);
        transaction.AfterCommit(() => Log.Disabled(logger, webhook.Name, reason));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Webhook {Webhook}: attempt {Attempt} at delivery {Delivery} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string webhook, string delivery, int attempt, string reason);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Webhook {Webhook} is turned off: {Reason}. `mmdr webhook test` turns it on once it answers.")]
        public static partial void Disabled(ILogger logger, string webhook, string reason);
    }
}

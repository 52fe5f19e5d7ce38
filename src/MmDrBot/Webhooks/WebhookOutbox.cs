using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Webhooks;

/// <summary>
/// Writes what happened into the transaction in which it happens, for every webhook that wants it: an event is on its way exactly when its
/// change is committed. Nothing is sent here.
/// </summary>
internal sealed class WebhookOutbox(TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private readonly SemaphoreSlim _news = new(0, 1);

    internal async Task AddAsync(StateTransaction transaction, WebhookEvent happened, CancellationToken cancellationToken)
    {
        var webhooks = (await WebhookStore.ListAsync(transaction, cancellationToken)).Where(webhook => webhook.DisabledAt is null && webhook.Wants(happened.Type)).ToArray();
        foreach (var webhook in webhooks)
        {
            await AddAsync(transaction, webhook, happened, cancellationToken);
        }

        if (webhooks.Length > 0)
        {
            transaction.AfterCommit(Signal);
        }
    }

    internal async Task<Delivery> AddAsync(StateTransaction transaction, Webhook webhook, WebhookEvent happened, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var delivery = new Delivery
        {
            Id = TimedId.New(now),
            WebhookId = webhook.Id,
            Event = happened.Type,
            Body = JsonSerializer.Serialize(new { type = happened.Type, timestamp = now, data = happened.Data }, Json),
            CreatedAt = now,
        };
        await DeliveryStore.InsertAsync(transaction, delivery, cancellationToken);
        return delivery;
    }

    /// <summary>Wakes the courier of this process; those of others look by themselves.</summary>
    internal void Signal()
    {
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    /// <summary>Waits for a signal, or for so long.</summary>
    internal async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_news.WaitAsync(either.Token), Task.Delay(longest, time, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}

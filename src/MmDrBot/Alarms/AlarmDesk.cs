using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Webhooks;

namespace MmDrBot.Alarms;

/// <summary>Writes down what judgements mean, with everything that is to be told of it, in one transaction.</summary>
internal sealed partial class AlarmDesk(StateDatabase state, AlarmLease lease, WebhookOutbox outbox, IEnumerable<IAlarmTeller> tellers, AlarmOptions options, TimeProvider time, ILogger<AlarmDesk> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    /// <returns>The changes that were news.</returns>
    internal async Task<IReadOnlyList<AlarmChange>> ApplyAsync(string source, AlarmJudgement judgement, CancellationToken cancellationToken)
    {
        var changes = await state.InTransactionAsync((transaction, token) => ApplyAsync(transaction, source, judgement, token), cancellationToken);
        foreach (var (raised, told) in changes)
        {
            Log.Changed(logger, told is AlarmEvent.Resolved ? LogLevel.Information : LogLevel.Warning, EnumText.Of(told!.Value), raised.Id, raised.Alarm.Kind, raised.Alarm.Message);
        }

        return changes;
    }

    /// <summary>Reminds of what is open, not acknowledged, and was told long ago.</summary>
    internal Task RemindAsync(CancellationToken cancellationToken) => options.RemindAfter.IsSet ? state.InTransactionAsync(RemindAsync, cancellationToken) : Task.CompletedTask;

    internal Task ForgetAsync(CancellationToken cancellationToken) =>
        state.InTransactionAsync((transaction, token) => AlarmStore.ForgetAsync(transaction, time.GetUtcNow() - Kept, token), cancellationToken);

    private async Task<IReadOnlyList<AlarmChange>> ApplyAsync(StateTransaction transaction, string source, AlarmJudgement judgement, CancellationToken cancellationToken)
    {
        if (!await lease.TakeAsync(transaction, cancellationToken))
        {
            return [];
        }

        var now = time.GetUtcNow();
        var wanted = judgement with { Alarms = [.. judgement.Alarms.Where(alarm => !options.Off.Contains(alarm.Kind))] };
        var known = await AlarmStore.OfSourceAsync(transaction, source, now - options.FlapWithin, cancellationToken);
        var changes = AlarmTransitions.Decide(source, wanted, known, now, options.FlapWithin).ToArray();
        foreach (var change in changes)
        {
            await AlarmStore.SaveAsync(transaction, change.Alarm, cancellationToken);
            await (change.Told is { } told ? TellAsync(transaction, change.Alarm, told, now, cancellationToken) : Task.CompletedTask);
        }

        return [.. changes.Where(change => change.Told is not null)];
    }

    private async Task RemindAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (!await lease.TakeAsync(transaction, cancellationToken))
        {
            return;
        }

        var now = time.GetUtcNow();
        var due = (await AlarmStore.ListOpenAsync(transaction, cancellationToken)).Where(raised => raised is { AcknowledgedAt: null, GoneAt: null } && now - (raised.ToldAt ?? raised.OpenedAt) >= options.RemindAfter);
        foreach (var raised in due)
        {
            await AlarmStore.SaveAsync(transaction, raised with { ToldAt = now }, cancellationToken);
            await TellAsync(transaction, raised, AlarmEvent.Reminder, now, cancellationToken);
        }
    }

    private async Task TellAsync(StateTransaction transaction, RaisedAlarm raised, AlarmEvent told, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A way that is stuck is told of on the others.
        foreach (var way in tellers.SelectMany(teller => teller.WaysOf(told)).Where(way => raised.Alarm.Kind != AlarmKinds.TellingFailed || raised.Alarm.Subject != way))
        {
            await AlarmTellings.AddAsync(transaction, raised.Id, way, told, now, cancellationToken);
        }

        foreach (var happened in AlarmWebhooks.Of(raised, told))
        {
            await outbox.AddAsync(transaction, happened, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Alarm {Event}: {Id} ({Kind}): {Text}")]
        public static partial void Changed(ILogger logger, LogLevel level, string @event, string id, string kind, string text);
    }
}

using MmDrBot.Access;

namespace MmDrBot.Alarms;

/// <summary>Tells what is to be told; what fails is tried again later, and holds up nothing but what comes after it on the same way.</summary>
internal sealed partial class AlarmMessenger(IEnumerable<IAlarmTeller> tellers, AlarmTellings tellings, AlarmStore store, ChatTeller chat, AlarmLease lease, TimeProvider time, ILogger<AlarmMessenger> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    internal async Task DeliverAsync(CancellationToken cancellationToken)
    {
        var waiting = await tellings.WaitingAsync(cancellationToken);
        // Ways side by side: a mail server that hangs must not keep the channel from hearing.
        await Task.WhenAll(waiting.GroupBy(telling => telling.Way).Select(way => DeliverAsync([.. way], cancellationToken)));
    }

    /// <summary>Tells without the state, for when it is away. What fails is in the log.</summary>
    internal async Task TellDirectlyAsync(AlarmNews news, CancellationToken cancellationToken)
    {
        foreach (var (teller, way) in tellers.SelectMany(teller => teller.WaysOf(news.Event).Select(way => (teller, way))))
        {
            await TryAsync(teller, way, news, cancellationToken);
        }
    }

    /// <summary>Tries every way, now.</summary>
    internal async Task<IReadOnlyList<(string Way, string? Fault)>> TestAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(tellers.SelectMany(teller => teller.WaysOf(AlarmEvent.Opened).Select(async way => (way, await FaultAsync(way, token => teller.TestAsync(way, token), cancellationToken)))));

    private async Task DeliverAsync(IReadOnlyList<AlarmTelling> waiting, CancellationToken cancellationToken)
    {
        foreach (var telling in waiting)
        {
            if (AlarmTellings.IsEarly(telling, time.GetUtcNow()) || !await lease.TakeAsync(cancellationToken) || !await DeliverAsync(telling, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> DeliverAsync(AlarmTelling telling, CancellationToken cancellationToken)
    {
        var raised = await store.GetAsync(telling.AlarmId, cancellationToken);
        var teller = tellers.FirstOrDefault(teller => teller.Owns(telling.Way));
        var reference = default(string);
        var fault = teller is null
            ? "nothing tells on this way any more"
            : await FaultAsync(telling.Way, async token => reference = await teller.TellAsync(telling.Way, new AlarmNews(telling.Event, raised, time.GetUtcNow()), token), cancellationToken);
        if (fault is not null)
        {
            await tellings.FailedAsync(telling, fault, time.GetUtcNow(), cancellationToken);
            return false;
        }

        await tellings.ToldAsync(telling.Id, reference, time.GetUtcNow(), cancellationToken);
        if (telling.Event is AlarmEvent.Resolved && chat.Owns(telling.Way))
        {
            await chat.CloseAsync(raised, cancellationToken);
        }

        return true;
    }

    private Task TryAsync(IAlarmTeller teller, string way, AlarmNews news, CancellationToken cancellationToken) =>
        FaultAsync(way, token => teller.TellAsync(way, news, token), cancellationToken);

    /// <returns>What went wrong, in a sentence; null when nothing did.</returns>
    private async Task<string?> FaultAsync(string way, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await Task.Run(() => work(either.Token), CancellationToken.None).WaitAsync(either.Token);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotTold(logger, failure, way);
            return failure is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : failure is Refusal ? failure.Message : failure.GetBaseException().Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "An alarm could not be told on the way {Way}.")]
        public static partial void NotTold(ILogger logger, Exception exception, string way);
    }
}

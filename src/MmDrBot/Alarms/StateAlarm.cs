using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>The one alarm that can't be kept in the state: that the state is away. This process remembers it, and tells it by itself.</summary>
internal sealed class StateAlarm(AlarmMessenger messenger, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private RaisedAlarm? _raised;
    private bool _isTold;

    internal async Task IsAwayAsync(Exception failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _raised ??= RaisedAlarm.Raise("watch", new Alarm(AlarmKinds.StateUnreachable, AlarmSeverity.Critical, "state", $"The state database can't be used, so alarms are neither judged nor kept: {(failure is Refusal ? failure.Message : "a fault inside MmDrBot; the log has more.")}", "See `mmdr doctor` and the service's log."), now);
        if (!_isTold && now - _raised.OpenedAt >= Patience)
        {
            _isTold = true;
            await messenger.TellDirectlyAsync(new AlarmNews(AlarmEvent.Opened, _raised, now), cancellationToken);
        }
    }

    internal async Task IsBackAsync(CancellationToken cancellationToken)
    {
        if (_raised is { } raised && _isTold)
        {
            var now = time.GetUtcNow();
            await messenger.TellDirectlyAsync(new AlarmNews(AlarmEvent.Resolved, raised with { ResolvedAt = now }, now), cancellationToken);
        }

        (_raised, _isTold) = (null, false);
    }
}

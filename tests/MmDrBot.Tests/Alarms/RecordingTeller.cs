using System.Collections.Concurrent;
using MmDrBot.Alarms;

namespace MmDrBot.Tests.Alarms;

/// <summary>Keeps what is told, or fails as it is told to.</summary>
internal sealed class RecordingTeller(string way) : IAlarmTeller
{
    internal ConcurrentQueue<(AlarmEvent Event, string Key)> Told { get; } = new();

    internal Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<string> WaysOf(AlarmEvent what) => [way];

    public bool Owns(string other) => other == way;

    public async Task<string?> TellAsync(string on, AlarmNews news, CancellationToken cancellationToken)
    {
        await Before(cancellationToken);
        Told.Enqueue((news.Event, news.Raised.Alarm.Key));
        return null;
    }

    public Task TestAsync(string on, CancellationToken cancellationToken) => Before(cancellationToken);
}

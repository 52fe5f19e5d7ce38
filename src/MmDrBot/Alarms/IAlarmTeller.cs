namespace MmDrBot.Alarms;

/// <summary>Tells people of alarms on ways of one kind.</summary>
internal interface IAlarmTeller
{
    /// <summary>On which ways this is to be told; none where nobody is named. Each tells apart from the others, and is tried until it succeeds.</summary>
    IReadOnlyList<string> WaysOf(AlarmEvent what);

    bool Owns(string way);

    /// <summary>Throws what went wrong; then it is tried again.</summary>
    /// <returns>What the way calls it, such as a post's id; null: nothing.</returns>
    Task<string?> TellAsync(string way, AlarmNews news, CancellationToken cancellationToken);

    /// <summary>Sends something that is marked as a test.</summary>
    Task TestAsync(string way, CancellationToken cancellationToken);
}

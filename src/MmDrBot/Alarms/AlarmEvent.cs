namespace MmDrBot.Alarms;

/// <summary>What is told of an alarm.</summary>
internal enum AlarmEvent
{
    Opened,

    /// <summary>It was a warning, and is critical now.</summary>
    Worse,

    /// <summary>It was resolved a moment ago; from now on its end is told only when it stays away.</summary>
    Back,

    /// <summary>It is still open, and nobody has acknowledged it.</summary>
    Reminder,

    Resolved,
}

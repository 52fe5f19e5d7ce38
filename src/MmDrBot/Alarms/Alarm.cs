namespace MmDrBot.Alarms;

/// <summary>Something that is not as it should be, now. Kind and subject tell one from another, so they stay the same while it lasts.</summary>
/// <param name="Kind">One of <see cref="Settings.AlarmKinds"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What it is about, in a word without secrets, such as "database".</param>
/// <param name="Message">A sentence or two; may change from look to look. No secrets.</param>
/// <param name="Cure">What to do next.</param>
internal sealed record Alarm(string Kind, AlarmSeverity Severity, string Subject, string Message, string Cure)
{
    internal string Key => $"{Kind}/{Subject}";
}

using MmDrBot.Access;
using MmDrBot.Alarms;

namespace MmDrBot.Features.Alarms;

/// <summary>Judges everything now, in this process, whether a service runs or not. Nothing is written and nobody is told.</summary>
internal sealed class CheckAlarms(AlarmJudges judges)
{
    public async Task<AlarmCheck> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var judged = await judges.JudgeAsync(all: true, cancellationToken);
        return new AlarmCheck(
            [.. judged.SelectMany(item => item.Judgement.Alarms).OrderByDescending(alarm => alarm.Severity).Select(alarm => new FoundAlarm(alarm.Kind, EnumText.Of(alarm.Severity), alarm.Subject, alarm.Message, alarm.Cure))],
            [.. judged.Where(item => item.Judgement.Obstacle is not null).Select(item => new UnjudgedSource(item.Source, item.Judgement.Obstacle!))]);
    }
}

/// <summary>What is true now.</summary>
/// <param name="Alarms">The worst first.</param>
/// <param name="Unjudged">What could not be judged.</param>
internal sealed record AlarmCheck(IReadOnlyList<FoundAlarm> Alarms, IReadOnlyList<UnjudgedSource> Unjudged)
{
    /// <summary>Whether all could be judged, and nothing was found.</summary>
    public bool Good => Alarms.Count == 0 && Unjudged.Count == 0;
}

/// <summary>An alarm that was found true.</summary>
/// <param name="Kind">What it tells of, such as `backup_overdue`.</param>
/// <param name="Severity">`warning` or `critical`.</param>
/// <param name="Subject">What it is about, such as `database`.</param>
/// <param name="Message">What was found.</param>
/// <param name="Cure">What to do next.</param>
internal sealed record FoundAlarm(string Kind, string Severity, string Subject, string Message, string Cure);

/// <summary>What could not be judged, and why.</summary>
/// <param name="Source">What judges it.</param>
/// <param name="Obstacle">Why not.</param>
internal sealed record UnjudgedSource(string Source, string Obstacle);

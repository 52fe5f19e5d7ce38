using MmDrBot.Alarms;
using MmDrBot.Scheduling;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

/// <summary>Whether schedules start what they should, by their rows alone: a clock that stands still alarms nobody itself.</summary>
internal sealed class ScheduleAlarms(ScheduleStandings standings) : IAlarmSource
{
    public string Name => "schedules";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        AlarmJudgement.Of([.. (await standings.ListAsync(cancellationToken)).Select(Judge).OfType<Alarm>()]);

    private static Alarm? Judge(ScheduleStanding standing)
    {
        var name = standing.Schedule.Name;
        return standing switch
        {
            { OverdueSince: { } since } => new Alarm(
                AlarmKinds.ScheduleOverdue,
                AlarmSeverity.Warning,
                name,
                $"Schedule {name} is overdue since {Words.Time(since)}{(standing.Last is { Outcome: RunOutcome.Waiting, Reason: { } reason } ? $": {reason}" : ".")}",
                "Schedules run while the service does: is `mmdr serve` running with this state, and what does its log say?"),
            { Schedule.PausedAt: null, Last: { Outcome: RunOutcome.Failed, Reason: { } reason } } => new Alarm(
                AlarmKinds.ScheduleRefused, AlarmSeverity.Warning, name, $"Schedule {name} was due and could not start: {reason}", $"`mmdr schedule change {name}` mends it; `mmdr schedule run {name}` tries it."),
            _ => null,
        };
    }
}

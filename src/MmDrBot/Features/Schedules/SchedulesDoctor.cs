using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Scheduling;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

/// <summary>Whether backups are taken by themselves, and schedules run when they should.</summary>
internal sealed class SchedulesDoctor(ScheduleStandings standings, BuiltInSchedules builtIn) : IDoctorCheck
{
    private const string Name = "backups by themselves";

    public DoctorArea Area => DoctorArea.Backup;

    public string What => "schedules";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var all = await standings.ListAsync(cancellationToken);
        return [Backups(all), .. all.Select(Judge).OfType<Finding>(), .. await BuiltInAsync(all, cancellationToken)];
    }

    private static Finding Backups(IReadOnlyList<ScheduleStanding> all)
    {
        var (on, paused) = (Names(all, isOn: true), Names(all, isOn: false));
        return (on.Length, paused.Length) switch
        {
            ( > 0, _) => Finding.Ok(Name, $"Taken on schedule: {string.Join(", ", on)}."),
            (_, > 0) => Finding.Warning(Name, $"The schedules that take backups are paused: {string.Join(", ", paused)}.", $"`schedule resume {paused[0]}`"),
            _ => Finding.Warning(Name, "No schedule takes backups.", "For instance: mmdr schedule add nightly --when \"daily 02:30\" -- backup --label nightly. Nothing is wrong if another program calls `mmdr backup`."),
        };
    }

    private static string[] Names(IReadOnlyList<ScheduleStanding> all, bool isOn) =>
        [.. all.Where(standing => standing.Schedule.Kind == "backup" && standing.Schedule.PausedAt is null == isOn).Select(standing => standing.Schedule.Name)];

    private static Finding? Judge(ScheduleStanding standing)
    {
        var what = $"schedule {standing.Schedule.Name}";
        return standing switch
        {
            { OverdueSince: { } since } => Finding.Failed(what, $"Overdue since {Words.Time(since)}{(standing.Last is { Outcome: RunOutcome.Waiting, Reason: { } reason } ? $": {reason}" : ".")}", "Schedules run while the service does: is `mmdr serve` running, with this state?"),
            { Last: { Outcome: RunOutcome.Failed, Reason: { } reason } } => Finding.Failed(what, $"It could not start last time: {reason}", $"`schedule change {standing.Schedule.Name}`, or remove it."),
            _ => null,
        };
    }

    private async Task<IReadOnlyList<Finding>> BuiltInAsync(IReadOnlyList<ScheduleStanding> all, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var item in builtIn.Wanted.Where(item => all.All(standing => standing.Schedule.Name != item.Name)))
        {
            if ((await builtIn.RehearseAsync(item, cancellationToken)).Why is { } why)
            {
                findings.Add(Finding.Warning($"schedule {item.Name}", $"It comes with MmDrBot, but this version can't run `{item.Command}`: {why}", "A later version can; MMDR_Schedules__BuiltIn=false leaves built-in schedules out."));
            }
        }

        return findings;
    }
}

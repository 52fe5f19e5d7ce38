using MmDrBot.Alarms;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Copies;

/// <summary>Whether copies keep up, by the state alone: a replication that never starts makes the same alarm as one that fails.</summary>
internal sealed class CopyAlarms(CopyLag lag) : IAlarmSource
{
    public string Name => "copies";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        AlarmJudgement.Of([.. (await lag.ReadAsync(cancellationToken)).Select(Judge).OfType<Alarm>()]);

    private static Alarm? Judge(CopyStanding standing) => standing switch
    {
        { Damage: not null } => new Alarm(AlarmKinds.CopyBehind, AlarmSeverity.Critical, standing.Name, $"Copy {standing.Name} {standing.Fault}.", $"`mmdr repository repair --repository {standing.Name}` mends it out of another repository."),
        { IsBehind: true } => new Alarm(AlarmKinds.CopyBehind, AlarmSeverity.Warning, standing.Name, $"Copy {standing.Name} {standing.Fault}.", $"`mmdr replicate {standing.Name}` copies what is missing, or says why it can't."),
        { IsEmptied: true } => new Alarm(AlarmKinds.CopyBehind, AlarmSeverity.Warning, standing.Name, $"Copy {standing.Name} {standing.Fault}.", "Take a backup: what was forgotten there is not copied again."),
        _ => null,
    };
}

using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether a restore of each component was tried lately, and went well: the drill of a configuration proves nothing of the database.</summary>
internal sealed class DrillSource(RepositoryLook look, CommittedRestorePoints committed, AlarmOptions options) : IAlarmSource
{
    public string Name => "drills";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!options.DrillWithin.IsSet)
        {
            return AlarmJudgement.Of();
        }

        try
        {
            var picture = await look.GetAsync(cancellationToken);
            var remembered = await committed.SummarizeAsync(now + RestorePoint.ClockTolerance, cancellationToken);
            return AlarmJudgement.Of([.. options.Rpo.Limits.Select(item => Judge(item.Component, picture.LastDrill(item.Component)?.FinishedAt, First(item.Component), options.DrillWithin, now)).OfType<Alarm>()]);

            // The first one may be forgotten by now; the state remembers it.
            DateTimeOffset First(string component) => remembered.Where(line => line.Components.Contains(component)).Select(line => line.FirstAt)
                .Concat(picture.Points.Where(point => point.Components.Contains(component)).Take(1).Select(point => point.CreatedAt)).DefaultIfEmpty(now).Min();
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    /// <param name="component">Which.</param>
    /// <param name="last">When the last drill ended that went well, of a restore point that is still there; null: there is none.</param>
    /// <param name="first">When the first restore point with it was taken.</param>
    /// <param name="limit">How long ago a drill may be.</param>
    /// <param name="now">The time.</param>
    internal static Alarm? Judge(string component, DateTimeOffset? last, DateTimeOffset first, TimeSpan limit, DateTimeOffset now)
    {
        if (now - (last ?? first) <= limit)
        {
            return null;
        }

        var message = last is { } at
            ? $"The last restore drill of the {component} that went well was {Words.Duration(now - at)} ago; there should be one every {Words.Duration(limit)}."
            : $"No restore drill of the {component} has gone well of what is there, and there are restore points of it for {Words.Duration(now - first)}: that they can be restored is not proven.";
        return new Alarm(AlarmKinds.DrillOverdue, AlarmSeverity.Warning, component, message, "`mmdr verify latest --level drill` restores the newest with the most components into a scratch place and compares; `verifications` tells what came of the last ones. MMDR_Alarms__DrillWithin=0 expects none.");
    }
}

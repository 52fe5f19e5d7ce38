using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether a restore was tried lately, and went well.</summary>
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
            // The first one may be forgotten by now; the state remembers it.
            var first = (await committed.SummarizeAsync(cancellationToken)).Select(line => line.FirstAt).Concat(picture.Points.Take(1).Select(point => point.CreatedAt)).DefaultIfEmpty(now).Min();
            return AlarmJudgement.Of(Judge(picture.LastDrill?.FinishedAt, first, options.DrillWithin, now) is { } alarm ? [alarm] : []);
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    internal static Alarm? Judge(DateTimeOffset? last, DateTimeOffset first, TimeSpan limit, DateTimeOffset now)
    {
        if (now - (last ?? first) <= limit)
        {
            return null;
        }

        var message = last is { } at
            ? $"The last restore drill that went well was {Words.Duration(now - at)} ago; there should be one every {Words.Duration(limit)}."
            : $"No restore drill has ever gone well, and there are restore points for {Words.Duration(now - first)}: that they can be restored is not proven.";
        return new Alarm(AlarmKinds.DrillOverdue, AlarmSeverity.Warning, "drill", message, "`mmdr verify --level drill` restores the newest into a scratch place and compares. MMDR_Alarms__DrillWithin=0 expects none.");
    }
}

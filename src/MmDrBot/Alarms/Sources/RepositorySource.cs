using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether the repository can be opened and listed, and whether its restore points are known to be damaged.</summary>
internal sealed class RepositorySource(RepositoryLook look, AlarmOptions options) : IAlarmSource
{
    private const string Subject = "repository", Points = "restore points";
    private static readonly string DamageKey = new Alarm(AlarmKinds.RestorePointDamaged, AlarmSeverity.Critical, Points, "", "").Key;

    public string Name => "repository";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return AlarmJudgement.Of([.. Damage(await look.GetAsync(cancellationToken))]);
        }
        catch (Refusal refusal)
        {
            return Unreachable(refusal, now);
        }
    }

    private AlarmJudgement Unreachable(Refusal refusal, DateTimeOffset now)
    {
        var alarm = new Alarm(AlarmKinds.RepositoryUnreachable, AlarmSeverity.Critical, Subject, $"The repository can't be read: {refusal.Message}", refusal.Hint ?? "`mmdr repository test` and `mmdr doctor` tell more.");
        return now - look.FailingSince >= options.RepositoryPatience
            ? new AlarmJudgement { Alarms = [alarm], Unknown = new HashSet<string> { DamageKey } }
            : AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
    }

    private static IEnumerable<Alarm> Damage(RepositoryPicture picture)
    {
        var damaged = picture.Points.Where(point => picture.TrustOf(point) is Trust.Damaged).Select(point => point.Id.ToString()[..8]).ToArray();
        if (damaged.Length + picture.Unreadable.Count > 0)
        {
            var named = damaged.Length > 0 ? $" ({string.Join(", ", damaged.Take(5))}{(damaged.Length > 5 ? " and others" : "")})" : "";
            yield return new Alarm(
                AlarmKinds.RestorePointDamaged, AlarmSeverity.Critical, Points, $"{damaged.Length + picture.Unreadable.Count} of {picture.Points.Count + picture.Unreadable.Count} restore points are damaged{named}.", "Take a backup: it stores anew what the server still has. `mmdr repository check` says what else helps; then verify again, or forget what is lost.");
        }
    }
}

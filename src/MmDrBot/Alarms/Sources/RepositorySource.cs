using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether the repository can be opened and listed, and whether its restore points are known to be damaged.</summary>
internal sealed class RepositorySource(RepositoryLook look, AlarmOptions options) : IAlarmSource
{
    private const string Subject = "repository", Points = "restore points", Gone = "vanished restore points";
    private static readonly HashSet<string> OfPoints = [.. new[] { (AlarmKinds.RestorePointDamaged, Points), (AlarmKinds.RestorePointDamaged, Gone), (AlarmKinds.RestorePointAhead, Points) }.Select(item => new Alarm(item.Item1, AlarmSeverity.Critical, item.Item2, "", "").Key)];

    public string Name => "repository";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            return AlarmJudgement.Of([.. Damage(picture), .. Vanished(picture), .. Ahead(picture)]);
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
            ? new AlarmJudgement { Alarms = [alarm], Unknown = OfPoints }
            : AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
    }

    private static IEnumerable<Alarm> Damage(RepositoryPicture picture)
    {
        var damaged = picture.Points.Concat(picture.Ahead).Where(point => picture.TrustOf(point) is Trust.Damaged).ToArray();
        if (damaged.Length + picture.Unreadable.Count > 0)
        {
            yield return new Alarm(
                AlarmKinds.RestorePointDamaged, AlarmSeverity.Critical, Points, $"{damaged.Length + picture.Unreadable.Count} of {picture.Points.Count + picture.Ahead.Count + picture.Unreadable.Count} restore points are damaged{Names([.. damaged.Select(point => point.Id)])}.", "Take a backup: it stores anew what the server still has. `mmdr repository check` says what else helps; then verify again, or forget what is lost.");
        }
    }

    private static IEnumerable<Alarm> Vanished(RepositoryPicture picture)
    {
        if (picture.Vanished.Count > 0)
        {
            yield return new Alarm(
                AlarmKinds.RestorePointDamaged, AlarmSeverity.Critical, Gone, $"{Words.Count(picture.Vanished.Count, "restore point is", "restore points are")} gone that nobody forgot{Names(picture.Vanished)}.", "See who or what deletes there: a rule of the bucket, somebody with its keys. `mmdr repository recover-hidden` brings back what a bucket with versions hides, `repository repair` what a copy has; `repository give-up` ends the waiting for what is lost.");
        }
    }

    private static IEnumerable<Alarm> Ahead(RepositoryPicture picture)
    {
        if (picture.Ahead.Count > 0)
        {
            yield return new Alarm(
                AlarmKinds.RestorePointAhead, AlarmSeverity.Warning, Points, $"{Words.Count(picture.Ahead.Count, "restore point bears", "restore points bear")} a time that has not come yet{Names([.. picture.Ahead.Select(point => point.Id)])}: until then they count for nothing here.", "See whether this host's clock is right (timedatectl). If it is, that of the host which took them was not: set it right, take a backup, and `forget` them.");
        }
    }

    private static string Names(IReadOnlyCollection<BlobId> points) =>
        points.Count > 0 ? $" ({string.Join(", ", points.Take(5).Select(id => id.ToString()[..8]))}{(points.Count > 5 ? " and others" : "")})" : "";
}

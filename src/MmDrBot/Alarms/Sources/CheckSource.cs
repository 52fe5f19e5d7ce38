using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether the last check or verification found the repository damaged. One that looked less far has not disproved it; what was found in a restore
/// point is over when that is gone, whoever forgot it, or was found whole since, by whichever host. Copies have an alarm of their own.
/// </summary>
internal sealed class CheckSource(DamageFindings findings, RepositoryLook look) : IAlarmSource
{
    public string Name => "checks";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = (await findings.ListAsync(cancellationToken)).Where(finding => finding.Repository == KnownRepositories.Main).ToArray();
        if (found.Any(finding => finding.IsOfRestorePoint))
        {
            found = await StandingAsync(found, now, cancellationToken);
        }

        return found.Length > 0 ? AlarmJudgement.Of(AlarmOf(found[0])) : AlarmJudgement.Of();
    }

    /// <summary>Where the repository can't be asked, everything stands.</summary>
    private async Task<DamageFinding[]> StandingAsync(DamageFinding[] found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            var there = picture.Points.Concat(picture.Ahead).Select(point => point.Id.ToString()).ToHashSet(StringComparer.Ordinal);
            return [.. found.Where(finding => !finding.IsOfRestorePoint || there.Contains(finding.Subject!) && !picture.Records.Any(record => RepositoryHealth.Disproves(record, finding, now)))];
        }
        catch (Refusal)
        {
            return found;
        }
    }

    private static Alarm AlarmOf(DamageFinding finding) => new(
        AlarmKinds.RepositoryDamaged,
        AlarmSeverity.Critical,
        "repository",
        $"The repository is damaged: {finding.Damage}",
        $"Take a backup: it stores anew what the server still has. Where there is a copy, `mmdr repository repair` takes its good objects. {EndOf(finding)}");

    private static string EndOf(DamageFinding finding) => finding switch
    {
        { IsOfRestorePoint: true, ReadPercent: RepositoryHealth.Restored } => $"It was found by a drill of restore point {finding.Subject![..8]}, and is resolved when another one finds that whole, or it is forgotten.",
        { IsOfRestorePoint: true } => $"It was found in restore point {finding.Subject![..8]}, and is resolved when a verification that reads as much finds that whole, or it is forgotten.",
        { IsOfPack: true } => "It was found by reading a pack back, and is resolved by the next read-back that finds what restore points need of it whole, there or elsewhere.",
        _ => "It is resolved by a check that reads as much as the one that found it, `mmdr repository check --read-data`, and finds nothing; a repair ends with one.",
    };
}

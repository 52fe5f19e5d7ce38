using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether the last check found the repository damaged. One that looked less far has not disproved it. Copies have an alarm of their own.</summary>
internal sealed class CheckSource(CopyRecords records) : IAlarmSource
{
    public string Name => "checks";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        (await records.DamagedAsync(cancellationToken)).TryGetValue(KnownRepositories.Main, out var damage) ? AlarmJudgement.Of(AlarmOf(damage)) : AlarmJudgement.Of();

    private static Alarm AlarmOf(string damage) => new(
        AlarmKinds.RepositoryDamaged,
        AlarmSeverity.Critical,
        "repository",
        $"The repository is damaged: {damage}",
        "Take a backup: it stores anew what the server still has. `mmdr repository check` says what else helps. It is resolved by a check that reads as much as the one that found it, `mmdr repository check --read-data`, and finds nothing.");
}

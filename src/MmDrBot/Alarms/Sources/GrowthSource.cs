using MmDrBot.Access;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether the repository as a whole grows oddly, whatever makes it grow: backups that break off leave packs that no restore point tells of.
/// Only growth counts; what retention frees is meant to go.
/// </summary>
internal sealed class GrowthSource(RepositoryLook look, SizeHistory history, AlarmOptions options) : IAlarmSource
{
    private const int EnoughDays = 7;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public string Name => "growth";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            return picture.Bytes is { } bytes ? AlarmJudgement.Of([.. Judge(await history.ListAsync(picture.RepositoryId, cancellationToken), new RepositorySize(picture.At, bytes), options)]) : AlarmJudgement.Of();
        }
        catch (Refusal refusal)
        {
            return AlarmJudgement.Obstructed(refusal.Message, isExplained: true);
        }
    }

    /// <param name="sizes">Of the days before, oldest first.</param>
    /// <param name="now">How large it is now.</param>
    /// <param name="options">What is odd.</param>
    internal static IEnumerable<Alarm> Judge(IReadOnlyList<RepositorySize> sizes, RepositorySize now, AlarmOptions options)
    {
        var before = sizes.Where(size => now.At - size.At >= Day).ToArray();
        if (options.GrowthFactor <= 0 || before.Length <= EnoughDays)
        {
            yield break;
        }

        var usual = before.Zip(before.Skip(1), Daily).Order().ElementAt((before.Length - 1) / 2);
        var last = Daily(before[^1], now);
        if (last > usual * options.GrowthFactor && last - usual > options.GrowthMegabytes * 1_000_000)
        {
            yield return new Alarm(
                AlarmKinds.Growth, AlarmSeverity.Warning, "repository", $"The repository grew by {Words.Bytes(last)} in a day; usual are {Words.Bytes(usual)}.", "See what came into Mattermost, whether backups break off again and again (`jobs`; what those stored a prune frees), and whether the store has room. It is resolved when a day brings as much as usual.");
        }
    }

    /// <summary>By how much it grew a day; a shorter time counts as a day.</summary>
    private static long Daily(RepositorySize from, RepositorySize to) => (long)Math.Max(0, (to.Bytes - from.Bytes) / Math.Max(1, (to.At - from.At) / Day));
}

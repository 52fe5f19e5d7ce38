using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Retention;

/// <summary>Makes what tells the facts of a repository, with what its own objects do not say.</summary>
internal sealed class RetentionSurveys(KnownRepositories repositories, AppSettings settings)
{
    /// <exception cref="Access.Refusal">It is a copy with a key of its own, and the first repository, where its pins are, can't be opened.</exception>
    internal async Task<RetentionSurvey> OfAsync(RepositoryProvider place, Repository repository, CancellationToken cancellationToken) => new(repository)
    {
        Expected = ExpectedIn(place),
        Original = place.Options is CopyOptions { HasOwnKey: true } ? await repositories.Get(null).OpenAsync(cancellationToken) : null,
    };

    /// <summary>How old the newest of each component may be, as alarms have it. A copy may be for some of the schedules alone, so that nothing is known of it.</summary>
    private Dictionary<string, TimeSpan> ExpectedIn(RepositoryProvider place) =>
        place.Name != KnownRepositories.Main || settings.Alarms.Off.Contains(AlarmKinds.BackupOverdue) ? [] : settings.Alarms.Rpo.Limits.ToDictionary(item => item.Component, item => item.Limit);
}

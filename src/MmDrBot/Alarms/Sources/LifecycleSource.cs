using MmDrBot.Access;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether a lifecycle rule of a bucket, of the repository or of a copy, deletes what restore points need: rules come later than repositories, and by other people.</summary>
internal sealed class LifecycleSource(KnownRepositories repositories, TimeProvider time) : IAlarmSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public string Name => "lifecycle rules";

    public TimeSpan Every => TimeSpan.FromHours(6);

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(repositories.All.Where(place => place.Options.Url is { Length: > 0 }).Select(place => AskAsync(place, cancellationToken)));
        return new AlarmJudgement
        {
            Alarms = [.. asked.Where(item => item.Faults is { Count: > 0 }).Select(item => AlarmOf(item.Name, item.Faults!))],
            Unknown = asked.Where(item => item.Faults is null).Select(item => $"{AlarmKinds.LifecycleRule}/{item.Name}").ToHashSet(),
        };
    }

    private static Alarm AlarmOf(string name, IReadOnlyList<string> faults) => new(
        AlarmKinds.LifecycleRule, AlarmSeverity.Critical, name, $"The bucket of {name} deletes by itself what restore points need: {string.Join("; ", faults)}.", "Change the rule before it does; where it has, `repository check` says what is missing, and `repository repair` brings it from a copy.");

    /// <returns>What is wrong; null where that could not be asked, which others tell where it is out of reach.</returns>
    private async Task<(string Name, IReadOnlyList<string>? Faults)> AskAsync(RepositoryProvider place, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var results = await EngineRefusals.TranslateAsync(() => StoreProbe.InspectAsync(place.Store(), time, either.Token));
            var rules = results.Where(result => result.Promise == StoreProbe.NoRuleDeletes).ToArray();
            return (place.Name, rules.Any(rule => rule is { Kept: true, Warning: true }) ? null : [.. rules.Where(rule => !rule.Kept).Select(rule => rule.Fault!)]);
        }
        catch (Refusal)
        {
            return (place.Name, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (place.Name, null);
        }
    }
}

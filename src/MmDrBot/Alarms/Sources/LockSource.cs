using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Engine.Locking;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether locks of what restore points still need run out, in the repository and in each copy whose settings ask for locks: by the locks
/// themselves, whatever should have extended them. One that is out of reach keeps none of the others from being judged.
/// </summary>
internal sealed class LockSource(KnownRepositories repositories, RepositoryLook look, TimeProvider time) : IAlarmSource
{
    /// <summary>Locks are extended from a half of their time on; this leaves the schedule and whoever mends it some of the rest.</summary>
    private const double Near = 0.2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Unheard = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _heard = [];

    public string Name => "locks";

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(repositories.All.Where(place => place.Options.ObjectLock.IsSet).Select(place => AskAsync(place, cancellationToken)));
        return new AlarmJudgement
        {
            Alarms = [.. asked.Select(item => item.Fault is { } fault ? NotHeard(item.Name, fault, now) : Heard(item.Name, item.Outlook, now)).OfType<Alarm>()],
            Unknown = asked.Where(item => item.Fault is not null).Select(item => $"{AlarmKinds.LocksEnding}/{item.Name}").ToHashSet(),
        };
    }

    private Alarm? Heard(string name, LockOutlook? outlook, DateTimeOffset now)
    {
        _heard[name] = now;
        return outlook is null ? null : Judge(name, outlook, now);
    }

    /// <summary>A day of silence is long beside the days of a lock. That the repository can't be reached at all is told by others.</summary>
    private Alarm? NotHeard(string name, string fault, DateTimeOffset now)
    {
        var since = _heard.GetOrAdd(name, now);
        return now - since < Unheard || (name == KnownRepositories.Main && look.FailingSince is not null)
            ? null
            : new Alarm(AlarmKinds.NotJudged, AlarmSeverity.Warning, $"locks of {name}", $"Whether locks in {name} run out could not be judged since {since:yyyy-MM-dd HH:mm} UTC: {fault}", "See that the credentials may list versions and read retention; `mmdr repository extend-locks` says what is in its way.");
    }

    internal static Alarm? Judge(string name, LockOutlook outlook, DateTimeOffset now)
    {
        var (isOver, isNear) = (outlook.FirstEnd <= now, outlook.FirstEnd - now < outlook.Period * Near);
        var how = isOver ? $"the first ended on {outlook.FirstEnd:yyyy-MM-dd HH:mm} UTC"
            : isNear ? $"the first ends on {outlook.FirstEnd:yyyy-MM-dd HH:mm} UTC"
            : "some have none";
        var open = outlook.Unlocked > 0 ? $"; at least {outlook.Unlocked} of {Words.Count(outlook.Objects, "object is", "objects are")} not locked" : "";
        return isNear || outlook.Unlocked > 0
            ? new Alarm(AlarmKinds.LocksEnding, isOver ? AlarmSeverity.Critical : AlarmSeverity.Warning, name, $"Locks of what restore points in {name} need are not extended: {how}{open}.", $"`mmdr repository extend-locks{(name == KnownRepositories.Main ? "" : $" --repository {name}")}` locks all of it for longer, or says why it can't. Backups, replications and the built-in schedule do so too: see whether they run.")
            : null;
    }

    private async Task<(string Name, LockOutlook? Outlook, string? Fault)> AskAsync(RepositoryProvider place, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var repository = await place.OpenAsync(either.Token);
            return (place.Name, await EngineRefusals.TranslateAsync(() => LockOutlook.ReadAsync(repository, time, either.Token)), null);
        }
        catch (Refusal refusal)
        {
            return (place.Name, null, refusal.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (place.Name, null, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }
}

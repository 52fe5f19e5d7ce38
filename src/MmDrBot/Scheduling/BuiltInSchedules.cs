using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Scheduling;

/// <summary>
/// Schedules that come with the program, made when the service starts. One whose command this version does not know is left out, and comes
/// with the version that does.
/// </summary>
internal sealed partial class BuiltInSchedules(ScheduledCommands commands, StateDatabase state, AuditLog audit, AppSettings settings, TimeProvider time, ILogger<BuiltInSchedules> logger)
{
    internal static readonly IReadOnlyList<BuiltIn> All =
    [
        new("weekly-check", "weekly sat 03:30", "repository check"),
        new("weekly-drill", "weekly sun 03:30", "verify latest --level drill"),
        new("daily-read-back", "daily 04:30", "repository read-back"),
    ];

    private const string CopyReadBack = "daily-read-back-", Locks = "extend-locks", CopyLocks = "extend-locks-";

    /// <summary>Locks are extended when less than half of their days is left: of three days a daily run would come too late.</summary>
    private const int DaysForDaily = 4;
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(20);

    /// <summary>Without a repository they would do nothing but fail.</summary>
    internal bool AreWanted => settings.Schedules.BuiltIn && settings.Repository.Url is { Length: > 0 };

    /// <summary>Those that there should be: those for all, and those that the settings of the repository and its copies ask for.</summary>
    internal IReadOnlyList<BuiltIn> Wanted => AreWanted ? [.. All, .. BySettings] : [];

    private IEnumerable<BuiltIn> BySettings =>
    [
        .. settings.Repositories.Keys.Select(copy => new BuiltIn($"{CopyReadBack}{copy}", "daily 05:00", $"repository read-back --repository {copy}")),
        .. LocksOf(Locks, settings.Repository, ""),
        .. settings.Repositories.SelectMany(copy => LocksOf($"{CopyLocks}{copy.Key}", copy.Value, $" --repository {copy.Key}")),
    ];

    private static IEnumerable<BuiltIn> LocksOf(string name, RepositoryOptions options, string where) =>
        options.ObjectLock.IsSet ? [new(name, options.ObjectLock.Days < DaysForDaily ? "every 6h" : "daily 05:30", $"repository extend-locks{where}")] : [];

    /// <summary>Makes those that are missing; where they are turned off, takes them away.</summary>
    internal async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var there = await state.ReadAsync(ScheduleStore.ListAsync, cancellationToken);
        foreach (var schedule in there.Where(schedule => schedule.IsBuiltIn && IsDone(schedule.Name)))
        {
            await state.InTransactionAsync((transaction, token) => RemoveAsync(transaction, schedule, token), cancellationToken);
        }

        // Settings have changed what it is to do; what somebody changed by hand stays.
        var outdated = there.Where(schedule => schedule.IsBuiltIn && schedule.ChangedAt == schedule.CreatedAt && Wanted.Any(item => item.Name == schedule.Name && (item.When != schedule.When.Text || item.Command != schedule.Command))).ToArray();
        foreach (var schedule in outdated)
        {
            await state.InTransactionAsync((transaction, token) => RemoveAsync(transaction, schedule, token), cancellationToken);
        }

        foreach (var item in Wanted.Where(item => there.Except(outdated).All(schedule => schedule.Name != item.Name)))
        {
            await MakeAsync(item, cancellationToken);
        }
    }

    /// <summary>Why it can't be made; null when it can.</summary>
    internal async Task<(string? Why, string Kind)> RehearseAsync(BuiltIn item, CancellationToken cancellationToken)
    {
        try
        {
            var rehearsal = new JobRehearsal("", new { item.Name });
            await commands.RehearseAsync(item.Command, rehearsal, Actor.System, cancellationToken);
            return (null, rehearsal.Job!.Kind);
        }
        catch (Refusal refusal)
        {
            return (refusal.Message, "");
        }
    }

    /// <summary>All are where they are turned off, else those that the settings ask for no more; what another version made stays.</summary>
    private bool IsDone(string name) =>
        !settings.Schedules.BuiltIn || (IsBySettings(name) && BySettings.All(item => item.Name != name));

    private static bool IsBySettings(string name) =>
        name == Locks || name.StartsWith(CopyLocks, StringComparison.Ordinal) || name.StartsWith(CopyReadBack, StringComparison.Ordinal);

    private async Task MakeAsync(BuiltIn item, CancellationToken cancellationToken)
    {
        var (why, kind) = await RehearseAsync(item, cancellationToken);
        if (why is not null)
        {
            Log.LeftOut(logger, item.Name, why);
            return;
        }

        var now = time.GetUtcNow();
        var schedule = new Schedule
        {
            Id = TimedId.New(now),
            Name = item.Name,
            When = Timing.Parse(item.When),
            Zone = settings.Schedules.TimeZone is { Length: > 0 } zone ? Zones.Find(zone) : TimeZoneInfo.Utc,
            Command = item.Command,
            Kind = kind,
            Jitter = Spread,
            NotDuring = QuietTimes.Parse(null),
            IsBuiltIn = true,
            CreatedBy = Actor.System.Name,
            CreatedAt = now,
            ChangedAt = now,
            DecidedUntil = now,
        };
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (await ScheduleStore.InsertAsync(transaction, schedule, token))
                {
                    await AuditAsync(transaction, "schedule.added", schedule, token);
                }
            },
            cancellationToken);
    }

    private async Task RemoveAsync(StateTransaction transaction, Schedule schedule, CancellationToken cancellationToken)
    {
        if (await ScheduleStore.DeleteAsync(transaction, schedule, cancellationToken))
        {
            await AuditAsync(transaction, "schedule.removed", schedule, cancellationToken);
        }
    }

    private Task AuditAsync(StateTransaction transaction, string action, Schedule schedule, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(Actor.System, time.GetUtcNow(), action, schedule.Name, AuditOutcome.Succeeded), cancellationToken);

    /// <summary>A schedule as it comes with the program.</summary>
    internal sealed record BuiltIn(string Name, string When, string Command);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The built-in schedule {Schedule} is left out: {Reason}")]
        public static partial void LeftOut(ILogger logger, string schedule, string reason);
    }
}

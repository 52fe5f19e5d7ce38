using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>
/// How far each copy is behind, from the state alone: it needs no store and no key, and tells the truth while nothing is replicated at all.
/// </summary>
internal sealed class CopyLag(AppSettings settings, CopyRecords records, DamageFindings findings, TimeProvider time)
{
    /// <summary>Every configured copy, by name.</summary>
    /// <exception cref="Access.Refusal">Unavailable: the state is out of reach.</exception>
    internal async Task<IReadOnlyList<CopyStanding>> ReadAsync(CancellationToken cancellationToken)
    {
        var standings = new List<CopyStanding>();
        if (settings.Repositories.Count == 0)
        {
            return standings;
        }

        var damaged = (await findings.ListAsync(cancellationToken)).ToLookup(finding => finding.Repository, finding => finding.Damage);
        foreach (var (name, options) in settings.Repositories)
        {
            var record = await records.ReadAsync(name, cancellationToken);
            standings.Add(new CopyStanding
            {
                Name = name,
                IsOffsite = options.Offsite,
                Copied = record.Copied,
                Forgotten = record.Forgotten,
                NewestAt = record.NewestAt,
                Missing = record.Missing,
                Lag = record.OldestMissingAt is { } oldest ? time.GetUtcNow() - oldest : null,
                MaximumLag = options.MaximumLag,
                ReplicatedAt = record.FinishedAt,
                FailedAt = record.FailedAt,
                Error = record.Error,
                Damage = damaged[name].FirstOrDefault(),
            });
        }

        return standings;
    }
}

/// <summary>How one copy stands.</summary>
internal sealed record CopyStanding
{
    public required string Name { get; init; }

    public required bool IsOffsite { get; init; }

    /// <summary>How many restore points it is known to hold.</summary>
    public required int Copied { get; init; }

    /// <summary>How many it held and forgot on purpose.</summary>
    public int Forgotten { get; init; }

    /// <summary>When the newest of them was taken.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    /// <summary>How many restore points it lacks that are for it.</summary>
    public required int Missing { get; init; }

    /// <summary>The age of the oldest restore point that it lacks; null: it lacks none.</summary>
    public TimeSpan? Lag { get; init; }

    public required TimeSpan MaximumLag { get; init; }

    /// <summary>When a replication last came to its end.</summary>
    public DateTimeOffset? ReplicatedAt { get; init; }

    /// <summary>When the last replication failed; null when it did not.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>What the last check found; null when all was well or nobody looked.</summary>
    public string? Damage { get; init; }

    public bool IsBehind => Lag > MaximumLag;

    /// <summary>It held restore points, and forgot every one of them.</summary>
    public bool IsEmptied => Copied == 0 && Forgotten > 0;

    /// <summary>Why the copy can't be counted on, as a sentence without its name; null when it can.</summary>
    public string? Fault =>
        Damage is not null ? $"is damaged: {Damage.Split('\n')[0]}"
        : ReplicatedAt is null && Copied == 0 ? "was never replicated to"
        : IsBehind ? $"is behind: the oldest restore point that it lacks is {Days(Lag!.Value)} old, {Missing} in all{(Error is null ? "" : $"; the last replication failed: {Error}")}"
        : Copied == 0 ? $"holds none of the restore points that there are{(IsEmptied ? ": what it had was forgotten there" : "")}"
        : null;

    private static string Days(TimeSpan time) => time.TotalHours < 48 ? $"{time.TotalHours:0} hours" : $"{time.TotalDays:0} days";
}

using System.Globalization;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Keeping;

/// <summary>
/// What no policy overrides. Judged for each component by itself: a restore point of the configuration alone stands for no database.
/// </summary>
internal static class Guards
{
    private const int RecentGaps = 8;
    private const int UsualGaps = 3;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromHours(36);

    private static readonly (string Proof, Func<Trust, bool> Has)[] Proofs =
    [
        ("drilled", trust => trust is Trust.Drilled or Trust.Booted),
        ("verified", trust => trust is Trust.DataVerified),
        ("verified", trust => trust is Trust.StructureVerified),
    ];

    /// <summary>Why nothing at all may be removed; null: something may.</summary>
    internal static string? Hindrance(IReadOnlyList<Candidate> candidates, RetentionFacts facts, RetentionPolicy policy, DateTimeOffset now)
    {
        if (facts.Unreadable.Count > 0)
        {
            return $"not all can be read: {facts.Unreadable[0].TrimEnd('.')}{(facts.Unreadable.Count > 1 ? $" (and {facts.Unreadable.Count - 1} more)" : "")}";
        }

        if (candidates.Count == 0)
        {
            return null;
        }

        var newest = candidates[0];
        return newest.Point.CreatedAt > now + Skew
            ? $"{Name(newest)} says that it was taken {Time(newest.Point.CreatedAt)}, which is yet to come: the clock of {newest.Point.Host} or of this host is wrong"
            : Trouble(newest, newest.Point.Components, "", candidates, facts, policy, now);
    }

    /// <summary>Tells why single ones stay.</summary>
    internal static void Keep(IReadOnlyList<Candidate> candidates, RetentionFacts facts, RetentionPolicy policy, DateTimeOffset now, Action<Candidate, string> keep)
    {
        foreach (var candidate in candidates)
        {
            candidate.Pins.ToList().ForEach(pin => keep(candidate, pin.Describe()));
        }

        if (candidates.Count > 0)
        {
            keep(candidates[0], "the newest");
        }

        foreach (var last in EmptiedTable.Find(candidates.Select(candidate => candidate.Point)).GroupBy(table => table.Last.Id))
        {
            keep(candidates.First(candidate => candidate.Point.Id == last.Key), $"the last with the rows that {last.First().Name}{(last.Count() > 1 ? $" and {last.Count() - 1} more" : "")} lost since");
        }

        foreach (var component in candidates.SelectMany(candidate => candidate.Point.Components).Distinct())
        {
            KeepFor(component, [.. candidates.Where(candidate => candidate.Point.Components.Contains(component))], facts, policy, now, keep);
        }
    }

    private static void KeepFor(string component, IReadOnlyList<Candidate> holders, RetentionFacts facts, RetentionPolicy policy, DateTimeOffset now, Action<Candidate, string> keep)
    {
        keep(holders[0], $"the newest with {component}");
        if (holders.MaxBy(holder => holder.Worth) is { Worth: > 0 } best)
        {
            keep(best, best.Worth == 2 ? $"the newest complete one with {component}" : $"the newest undamaged one with {component}");
        }

        if (Proofs.FirstOrDefault(proof => holders.Any(holder => proof.Has(holder.Trust))) is { Has: { } has } found)
        {
            var proven = holders.Where(holder => has(holder.Trust)).ToArray();
            keep(proven[0], $"the newest that was {found.Proof}, with {component}");
            keep(proven.MaxBy(holder => holder.ProvenAt)!, $"the last that was {found.Proof}, with {component}");
        }

        // A drill on which Mattermost did not start is a drill all the same, and takes nothing from the last one on which it did.
        if (holders.FirstOrDefault(holder => holder.Trust is Trust.Booted) is { } booted)
        {
            keep(booted, $"the newest that Mattermost ran on, with {component}");
        }

        if (Trouble(holders[0], [component], $" with {component}", holders, facts, policy, now) is { } trouble)
        {
            holders.ToList().ForEach(holder => keep(holder, trouble));
        }
    }

    /// <summary>Why those that are older than this one must not go.</summary>
    private static string? Trouble(Candidate newest, IReadOnlyList<string> components, string which, IReadOnlyList<Candidate> all, RetentionFacts facts, RetentionPolicy policy, DateTimeOffset now)
    {
        if (newest.Trust is Trust.Damaged)
        {
            return $"the newest{which}, {Name(newest)}, is damaged";
        }

        var patience = policy.NewestWithin ?? Expected(components, facts) ?? Patience(all);
        return all.Count > 1 && now - newest.Point.CreatedAt > patience
            ? $"the newest{which}, {Name(newest)}, is overdue: it was taken {Time(newest.Point.CreatedAt)}, and one is expected every {Hours(patience)} hours"
            : null;
    }

    private static TimeSpan? Expected(IEnumerable<string> components, RetentionFacts facts) =>
        components.Where(facts.Expected.ContainsKey).Select(component => (TimeSpan?)facts.Expected[component]).Min();

    /// <summary>By the pauses between the last ones, of which the middle one counts: a policy thins out older ones.</summary>
    private static TimeSpan Patience(IReadOnlyList<Candidate> newestFirst)
    {
        var gaps = newestFirst.Zip(newestFirst.Skip(1), (later, earlier) => later.Point.CreatedAt - earlier.Point.CreatedAt).Take(RecentGaps).Order().ToArray();
        var usual = gaps.Length == 0 ? TimeSpan.Zero : gaps[gaps.Length / 2] * UsualGaps;
        return usual > ShortestPatience ? usual : ShortestPatience;
    }

    private static string Name(Candidate candidate) => candidate.Point.Id.ToString()[..8];

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Hours(TimeSpan time) => time.TotalHours.ToString("0.#", CultureInfo.InvariantCulture);
}

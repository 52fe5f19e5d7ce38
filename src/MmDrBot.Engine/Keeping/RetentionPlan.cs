using System.Security.Cryptography;
using System.Text;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>Which restore points a policy keeps and which it lets go; made of facts alone, without effects.</summary>
public sealed record RetentionPlan
{
    /// <summary>The policy that it was made by.</summary>
    public required RetentionPolicy Policy { get; init; }

    /// <summary>For each restore point, newest first.</summary>
    public required IReadOnlyList<RetentionDecision> Decisions { get; init; }

    /// <summary>Which repository it is for, where there are several; part of what tells plans apart.</summary>
    public string? Place { get; init; }

    /// <summary>Why nothing at all is removed, whatever the policy says; null: nothing hinders it.</summary>
    public string? Hindrance { get; init; }

    /// <summary>Those that go, oldest first.</summary>
    public IReadOnlyList<RestorePoint> Removed => [.. Decisions.Where(decision => !decision.Keep).Select(decision => decision.Point).Reverse()];

    /// <summary>Whether more than a third of all restore points would go.</summary>
    public bool IsDrastic => Decisions.Count(decision => !decision.Keep) * 3 > Decisions.Count;

    /// <summary>Which plan this is: 16 hex digits, equal when the same policy removes the same restore points at the same place.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', Removed.Select(point => point.Id.ToString()).Order(StringComparer.Ordinal).Prepend($"{Policy.Fingerprint}{Place}")))))[..16];

    /// <summary>Decides.</summary>
    public static RetentionPlan Decide(RetentionFacts facts, RetentionPolicy policy, DateTimeOffset now)
    {
        var candidates = Candidate.Of(facts, now);
        if ((Guards.Hindrance(candidates, facts, policy, now) ?? (policy.IsEmpty ? "the policy keeps all" : null)) is { } hindrance)
        {
            return new RetentionPlan { Policy = policy, Hindrance = policy.IsEmpty ? null : hindrance, Decisions = [.. candidates.Select(candidate => new RetentionDecision(candidate.Point, candidate.Trust, true, [hindrance]))] };
        }

        var (kept, passed) = (new Dictionary<BlobId, List<string>>(), new Dictionary<BlobId, List<string>>());
        Guards.Keep(candidates, facts, policy, now, Into(kept));
        foreach (var group in candidates.GroupBy(candidate => (candidate.Point.Label, Components: string.Join(' ', candidate.Point.Components))))
        {
            Fill(policy, [.. group], Into(kept), Into(passed));
        }

        return new RetentionPlan
        {
            Policy = policy,
            Decisions = [.. candidates.Select(candidate => kept.TryGetValue(candidate.Point.Id, out var why) ? Of(candidate, true, why) : Of(candidate, false, passed.GetValueOrDefault(candidate.Point.Id) ?? []))],
        };
    }

    private static void Fill(RetentionPolicy policy, IReadOnlyList<Candidate> group, Action<Candidate, string> keep, Action<Candidate, string> pass)
    {
        var label = group[0].Point.Label;
        if (policy.RuleFor(label) is { IsEmpty: false } rule)
        {
            Slots.Fill(rule, TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone), group, keep, pass);
        }
        else
        {
            group.ToList().ForEach(candidate => keep(candidate, label is null ? "no rule for those without a label" : $"no rule for the label {label}"));
        }
    }

    private static RetentionDecision Of(Candidate candidate, bool keep, IReadOnlyList<string> why) => new(candidate.Point, candidate.Trust, keep, why);

    private static Action<Candidate, string> Into(Dictionary<BlobId, List<string>> reasons) => (candidate, reason) =>
    {
        if (!reasons.TryGetValue(candidate.Point.Id, out var list))
        {
            reasons[candidate.Point.Id] = list = [];
        }

        list.Add(reason);
    };
}

using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Finds lifecycle rules that would eat a repository.</summary>
internal static class LifecycleJudge
{
    private static readonly string[] Frozen = ["GLACIER", "DEEP_ARCHIVE"];

    internal static IEnumerable<ProbeResult> Judge(IReadOnlyList<LifecycleRule>? rules, string prefix, ObjectLock? wanted, bool keepsVersions)
    {
        if (rules is null)
        {
            return [new ProbeResult(StoreProbe.NoRuleDeletes, true, "the rules could not be read; the credentials need s3:GetLifecycleConfiguration", Warning: true)];
        }

        var results = rules.Where(rule => rule.Status == LifecycleRuleStatus.Enabled && Touches(rule, prefix)).SelectMany(rule => Judge(rule, wanted, keepsVersions)).ToList();
        return results.Count > 0 ? results : [new ProbeResult(StoreProbe.NoRuleDeletes, true, rules.Count == 0 ? "there are none" : "none of them touches the repository")];
    }

    private static IEnumerable<ProbeResult> Judge(LifecycleRule rule, ObjectLock? wanted, bool keepsVersions)
    {
        var name = $"rule {(string.IsNullOrEmpty(rule.Id) ? "without a name" : rule.Id)}";
        if (rule.Expiration is { } expiration && (expiration.Days > 0 || expiration.Date is not null))
        {
            yield return new ProbeResult(StoreProbe.NoRuleDeletes, false, $"{name} {(keepsVersions ? "hides" : "deletes")} objects {(expiration.Days > 0 ? $"after {expiration.Days} days" : $"on {expiration.Date:yyyy-MM-dd}")}, needed or not: take it off this prefix; `retention` and `repository prune` decide here");
        }

        if (rule.NoncurrentVersionExpiration?.NoncurrentDays is { } days && wanted is not null && days < wanted.Period.TotalDays)
        {
            yield return new ProbeResult("older versions outlive their locks", true, $"{name} removes them {days} days after they were hidden, as far as their locks have run out: what somebody hides has to be noticed by then", Warning: true);
        }

        foreach (var storage in (rule.Transitions ?? []).Where(transition => Frozen.Contains(transition.StorageClass?.Value)).Select(transition => transition.StorageClass.Value).Distinct())
        {
            yield return new ProbeResult("objects can be read at once", true, $"{name} moves objects to {storage}: a restore then waits hours until they are thawed, and backups that look into packs fail", Warning: true);
        }
    }

    /// <summary>Objects of ours have no tags, so that a rule for tagged ones never touches them.</summary>
    private static bool Touches(LifecycleRule rule, string prefix)
    {
        var predicates = Flatten(rule.Filter?.LifecycleFilterPredicate).ToArray();
#pragma warning disable CS0618 // Old rules have their prefix here.
        var wanted = predicates.OfType<LifecyclePrefixPredicate>().Select(predicate => predicate.Prefix).FirstOrDefault() ?? rule.Prefix ?? "";
#pragma warning restore CS0618
        var overlaps = wanted.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(wanted, StringComparison.Ordinal);
        return overlaps && !wanted.StartsWith(prefix + StoreProbe.Folder, StringComparison.Ordinal) && !predicates.OfType<LifecycleTagPredicate>().Any();
    }

    private static IEnumerable<LifecycleFilterPredicate> Flatten(LifecycleFilterPredicate? predicate) => predicate switch
    {
        null => [],
        LifecycleAndOperator all => all.Operands.SelectMany(Flatten),
        _ => [predicate],
    };
}

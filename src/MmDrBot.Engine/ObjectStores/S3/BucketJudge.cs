using System.Globalization;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Says what a bucket's own settings mean for a repository in it; made of facts alone.</summary>
internal static class BucketJudge
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Signable = TimeSpan.FromMinutes(15);

    internal static IReadOnlyList<ProbeResult> Judge(BucketFacts facts, S3Address address) =>
    [
        Lock(facts, address.Lock),
        Versions(facts, address.Lock),
        .. LifecycleJudge.Judge(facts.Rules, address.Normalized().Prefix, address.Lock, facts.KeepsVersions is true),
        Clock(facts),
        .. facts.Unknown.Select(reason => new ProbeResult("the bucket's settings can be read", true, reason, Warning: true)),
    ];

    private static ProbeResult Lock(BucketFacts facts, ObjectLock? wanted)
    {
        var standard = facts.DefaultLock is { } rule ? $"what brings no lock gets {(rule.Days is > 0 ? Days(rule.Days.Value) : $"{rule.Years} years")} ({rule.Mode?.Value.ToLowerInvariant()})" : "it has no default lock";
        if (wanted is null)
        {
            const string Promise = "Object Lock (not asked for by the settings)";
            return facts.LocksObjects is true
                ? new ProbeResult(Promise, true, $"the bucket could lock objects ({standard}), but ObjectLock:Mode is none, so restore points are as easily deleted as made", Warning: facts.DefaultLock is null)
                : new ProbeResult(Promise, true, "off");
        }

        var asked = $"the bucket locks objects, as the settings ask ({wanted.Mode.ToString().ToLowerInvariant()}, {Days(wanted.Period.TotalDays)})";
        return facts.LocksObjects switch
        {
            true => new ProbeResult(asked, true, wanted.Mode is LockMode.Compliance ? $"{standard}; compliance: nobody can delete anything before its lock ends, neither you nor the store's operator" : standard),
            false => new ProbeResult(asked, false, "the bucket has no Object Lock: nothing is written into it; make one with Object Lock (docs/immutable.md)"),
            null => new ProbeResult(asked, false, "whether it does could not be asked; the credentials need s3:GetBucketObjectLockConfiguration"),
        };
    }

    private static ProbeResult Versions(BucketFacts facts, ObjectLock? wanted) => facts.KeepsVersions switch
    {
        true => new ProbeResult("versions of objects are kept", true, "on"),
        false when wanted is not null => new ProbeResult("versions of objects are kept", false, "off; Object Lock needs it"),
        false => new ProbeResult("versions of objects are kept (not needed without locks)", true, "off"),
        null => new ProbeResult("versions of objects are kept", true, "could not be asked", Warning: wanted is not null),
    };

    private static ProbeResult Clock(BucketFacts facts)
    {
        const string Promise = "the server's clock and ours agree";
        return facts.ClockAhead is not { } ahead
            ? new ProbeResult(Promise, true, "the server did not tell its time", Warning: true)
            : new ProbeResult(Promise, ahead.Duration() < Signable, Describe(ahead), Warning: ahead.Duration() > Tolerance);
    }

    private static string Describe(TimeSpan ahead) => ahead.Duration() <= TimeSpan.FromSeconds(1)
        ? "to the second"
        : $"the server is {ahead.Duration():c} {(ahead > TimeSpan.Zero ? "ahead" : "behind")}{(ahead.Duration() > Tolerance ? ": set the clock of one of them; ends of locks and ages of packs are off by as much" : "")}";

    private static string Days(double days) => days == 1 ? "1 day" : string.Create(CultureInfo.InvariantCulture, $"{days:0.####} days");
}

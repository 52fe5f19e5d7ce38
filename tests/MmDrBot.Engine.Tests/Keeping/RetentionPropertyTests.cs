using CsCheck;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>What holds for every history and every policy.</summary>
public sealed class RetentionPropertyTests
{
    private const int Iterations = 1_000;
    private static readonly DateTimeOffset Now = Points.Time("2026-11-01T12:00Z");

    private static readonly Gen<RetentionRule> Rule = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 40], (last, hourly, daily, weekly, monthly, yearly, within) =>
        new RetentionRule { Last = last, Hourly = hourly, Daily = daily, Weekly = weekly, Monthly = monthly, Yearly = yearly, Within = within is 0 or > 20 ? null : TimeSpan.FromDays(within) });

    private static readonly Gen<RetentionPolicy> Policy = Gen.Select(Rule, Rule, Any("UTC", "Europe/Berlin", "Pacific/Apia"), Gen.Int[0, 4], (rule, own, zone, days) =>
        new RetentionPolicy { Default = rule, Labels = new Dictionary<string, RetentionRule> { ["manual"] = own }, TimeZone = zone, NewestWithin = days == 0 ? null : TimeSpan.FromDays(days * 10) });

    private static readonly Gen<RestorePoint> Point = Gen.Select(Gen.Int[0, 600 * 24 * 2], Any(null, "manual", "nightly"), Gen.Int[0, 5], Any<string[]>(["config", "files"], ["config", "files"], ["config"], ["files"]), (halfHours, label, partial, components) =>
        Points.At(Now.AddMinutes(-30 * halfHours), label, partial == 0 ? RestorePointState.Partial : RestorePointState.Complete, components));

    private static readonly Gen<RetentionFacts> Facts = Gen.Select(Point.Array[0, 40], Gen.Int.Array[0, 12], (points, dice) =>
    {
        var distinct = points.DistinctBy(point => point.Id).ToArray();
        var chosen = dice.Select(number => (uint)number).Where(_ => distinct.Length > 0).Select(number => (Point: distinct[number % distinct.Length], Dice: number / 64)).ToArray();
        return new RetentionFacts
        {
            Points = distinct,
            Verifications = [.. chosen.Where(item => item.Dice % 5 > 0).Select(item => Points.Verified(item.Point, (VerificationLevel)(item.Dice % 4), item.Dice % 7 > 0, item.Point.FinishedAt.AddMinutes(item.Dice % 1000)))],
            Pins = [.. chosen.Where(item => item.Dice % 5 == 0).Select(item => Points.Pinned(item.Point, item.Dice % 2 == 0 ? PinKind.Pin : PinKind.Hold)).DistinctBy(pin => pin.Id)],
        };
    });

    [Fact]
    public void What_was_applied_removes_nothing_more_when_it_is_applied_again() =>
        Gen.Select(Facts, Policy).Sample(
            (facts, policy) =>
            {
                var plan = RetentionPlan.Decide(facts, policy, Now);
                return RetentionPlan.Decide(Kept(facts, plan), policy, Now).Removed.Count == 0;
            }, iter: Iterations);

    [Fact]
    public void In_whatever_order_and_however_far_it_comes_the_end_is_the_same() =>
        Gen.Select(Facts, Policy, Gen.Int[0, 40]).Sample(
            (facts, policy, broken) =>
            {
                var plan = RetentionPlan.Decide(facts, policy, Now);
                var gone = plan.Removed.OrderBy(point => point.Id).Take(broken).Select(point => point.Id).ToHashSet();
                var resumed = RetentionPlan.Decide(facts with { Points = [.. facts.Points.Where(point => !gone.Contains(point.Id))] }, policy, Now);
                return resumed.Removed.All(point => plan.Removed.Any(other => other.Id == point.Id));
            }, iter: Iterations);

    [Fact]
    public void A_rule_that_keeps_more_never_removes_what_the_other_keeps() =>
        Gen.Select(Facts, Policy, Rule).Sample(
            (facts, policy, more) =>
            {
                var rule = policy.Default;
                var wider = policy with { Default = new RetentionRule { Last = rule.Last + more.Last, Hourly = rule.Hourly + more.Hourly, Daily = rule.Daily + more.Daily, Weekly = rule.Weekly + more.Weekly, Monthly = rule.Monthly + more.Monthly, Yearly = rule.Yearly + more.Yearly, Within = rule.Within + (more.Within ?? TimeSpan.Zero) ?? more.Within } };
                var removed = RetentionPlan.Decide(facts, policy, Now).Removed.Select(point => point.Id).ToHashSet();
                return rule.IsEmpty || RetentionPlan.Decide(facts, wider, Now).Removed.All(point => removed.Contains(point.Id));
            }, iter: Iterations);

    [Fact]
    public void Every_label_and_component_keeps_its_newest_and_what_is_pinned_stays() =>
        Gen.Select(Facts, Policy).Sample(
            (facts, policy) =>
            {
                var removed = RetentionPlan.Decide(facts, policy, Now).Removed.Select(point => point.Id).ToHashSet();
                bool Stays(IEnumerable<RestorePoint> points) => points.OrderByDescending(point => point.CreatedAt).ThenByDescending(point => point.Id).Take(1).All(point => !removed.Contains(point.Id));
                return facts.Pins.All(pin => !removed.Contains(pin.RestorePoint))
                    && facts.Points.GroupBy(point => (point.Label, string.Join(' ', point.Components))).All(group => group.Any(point => !removed.Contains(point.Id)))
                    && Points.All.All(component => Stays(facts.Points.Where(point => point.Components.Contains(component))))
                    && Points.All.All(component => Stays(facts.Points.Where(point => point.Components.Contains(component) && TrustOf(facts, point) is not Trust.Damaged && point.State is RestorePointState.Complete)));
            }, iter: Iterations);

    [Fact]
    public void The_newest_of_the_best_proven_stays_for_each_component() =>
        Gen.Select(Facts, Policy).Sample(
            (facts, policy) =>
            {
                var removed = RetentionPlan.Decide(facts, policy, Now).Removed.Select(point => point.Id).ToHashSet();
                return Points.All.All(component =>
                {
                    var holders = facts.Points.Where(point => point.Components.Contains(component)).Select(point => (Point: point, Rank: Rank(TrustOf(facts, point)))).Where(item => item.Rank > 0).ToArray();
                    return holders.Length == 0 || !removed.Contains(holders.OrderByDescending(item => item.Rank).ThenByDescending(item => item.Point.CreatedAt).ThenByDescending(item => item.Point.Id).First().Point.Id);
                });
            }, iter: Iterations);

    [Fact]
    public void Nothing_goes_while_the_newest_is_damaged_or_overdue() =>
        Gen.Select(Facts, Policy).Sample(
            (facts, policy) =>
            {
                var newest = facts.Points.OrderByDescending(point => point.CreatedAt).ThenByDescending(point => point.Id).FirstOrDefault();
                var isWrong = newest is not null && (TrustOf(facts, newest) is Trust.Damaged || (policy.NewestWithin is { } within && Now - newest.CreatedAt > within));
                return !isWrong || RetentionPlan.Decide(facts, policy, Now).Removed.Count == 0;
            }, iter: Iterations);

    [Fact]
    public void Every_decision_has_a_reason_and_stands_for_one_restore_point() =>
        Gen.Select(Facts, Policy).Sample(
            (facts, policy) =>
            {
                var plan = RetentionPlan.Decide(facts, policy, Now);
                return plan.Decisions.All(decision => decision.Reasons.Count > 0) && plan.Decisions.Select(decision => decision.Point.Id).Order().SequenceEqual(facts.Points.Select(point => point.Id).Order());
            }, iter: Iterations);

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static RetentionFacts Kept(RetentionFacts facts, RetentionPlan plan) => facts with { Points = [.. plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point)] };

    private static Trust TrustOf(RetentionFacts facts, RestorePoint point) => VerificationRecords.TrustOf(facts.Verifications.Where(record => record.RestorePoint == point.Id).OrderBy(record => record.FinishedAt));

    private static int Rank(Trust trust) => trust switch
    {
        Trust.Drilled or Trust.Booted => 3,
        Trust.DataVerified => 2,
        Trust.StructureVerified => 1,
        _ => 0,
    };
}

using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>What each part of a rule keeps, by tables.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData("last 2", "03-05 03-04")]
    [InlineData("last 9", "03-05 03-04 03-02 03-01 02-28 02-23 02-22 02-01 01-15")]
    [InlineData("within 3", "03-05 03-04 03-02")]
    [InlineData("daily 3", "03-05 03-04 03-02")]
    [InlineData("weekly 2", "03-05 03-01")]
    [InlineData("weekly 3", "03-05 03-01 02-22")]
    [InlineData("monthly 2", "03-05 02-28")]
    [InlineData("monthly 12", "03-05 02-28 01-15")]
    [InlineData("yearly 5", "03-05")]
    [InlineData("last 1,weekly 2", "03-05 03-01")]
    [InlineData("daily 2,monthly 3", "03-05 03-04 02-28 01-15")]
    public void A_rule_keeps_the_newest_of_each_of_the_last_places_that_have_one(string rule, string kept)
    {
        // 2026-03-01 and 2026-02-22 are Sundays.
        string[] days = ["01-15", "02-01", "02-22", "02-23", "02-28", "03-01", "03-02", "03-04", "03-05"];
        var plan = Decide(Policy(rule), "2026-03-05T12:00Z", [.. days.Select(day => Points.At($"2026-{day}T02:00Z"))]);

        Assert.Equal(kept.Split(' '), plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.ToString("MM-dd", null)));
    }

    [Theory]
    [InlineData("2024-02-28 2024-02-29 2024-03-01", "monthly 2", "2024-03-01 2024-02-29")]
    [InlineData("2023-02-28 2023-03-01", "monthly 1", "2023-03-01")]
    [InlineData("2020-12-28 2020-12-31 2021-01-01 2021-01-03", "weekly 9", "2021-01-03")]
    [InlineData("2024-12-29 2024-12-30 2025-01-05", "weekly 9", "2025-01-05 2024-12-29")]
    [InlineData("2026-12-31 2027-01-01", "yearly 2", "2027-01-01 2026-12-31")]
    [InlineData("2016-02-29 2020-02-29 2024-02-29", "yearly 2", "2024-02-29 2020-02-29")]
    public void Leap_days_and_ISO_weeks_across_new_year_are_what_the_calendar_says(string days, string rule, string kept)
    {
        var points = days.Split(' ').Select(day => Points.At($"{day}T02:00Z")).ToArray();
        var plan = Decide(Policy(rule) with { NewestWithin = TimeSpan.FromDays(9) }, days.Split(' ')[^1] + "T03:00Z", points);

        Assert.Equal(kept.Split(' '), plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.ToString("yyyy-MM-dd", null)));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25T00:30Z 2026-10-25T01:30Z", "hourly 2", 2)]
    [InlineData("Europe/Berlin", "2026-03-29T00:30Z 2026-03-29T01:30Z", "hourly 2", 2)]
    [InlineData("Europe/Berlin", "2026-03-28T22:30Z 2026-03-28T23:30Z", "daily 5", 2)]
    [InlineData("UTC", "2026-03-28T22:30Z 2026-03-28T23:30Z", "daily 5", 1)]
    [InlineData("America/Sao_Paulo", "2018-11-04T02:30Z 2018-11-04T03:30Z", "daily 5", 2)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T14:40Z 2026-04-04T15:10Z", "hourly 5", 2)]
    [InlineData("Asia/Kathmandu", "2026-04-30T18:10Z 2026-04-30T18:20Z", "monthly 5", 2)]
    [InlineData("Pacific/Apia", "2011-12-30T09:00Z 2011-12-30T11:00Z", "daily 5", 2)]
    public void Hours_and_days_begin_as_clocks_on_the_wall_say(string zone, string times, string rule, int kept)
    {
        var points = times.Split(' ').Select(time => Points.At(time)).ToArray();
        var plan = Decide(Policy(rule) with { TimeZone = zone }, times.Split(' ')[^1], points);

        Assert.Equal(kept, plan.Decisions.Count(decision => decision.Keep));
    }

    [Fact]
    public void Labels_have_slots_of_their_own_and_so_has_what_holds_other_components()
    {
        var manual = new[] { 1, 2, 3 }.Select(day => Points.At($"2026-03-0{day}T10:00Z", "manual")).ToArray();
        var config = Points.At("2026-03-02T11:00Z", components: ["config"]);
        var nightly = Enumerable.Range(1, 9).Select(day => Points.At($"2026-03-0{day}T02:00Z")).ToArray();
        var policy = Policy("last 2") with { Labels = new Dictionary<string, RetentionRule> { ["manual"] = new() { Last = 2 } } };

        var plan = Decide(policy, "2026-03-09T12:00Z", [.. nightly, .. manual, config]);

        Assert.Equal([manual[0].Id, .. nightly[..7].Select(point => point.Id)], plan.Removed.Select(point => point.Id).OrderBy(id => id != manual[0].Id).ThenBy(id => nightly.ToList().FindIndex(point => point.Id == id)));
        Assert.Contains("last 1 of 2", ReasonsOf(plan, config));
    }

    [Fact]
    public void A_label_with_an_empty_rule_is_kept_as_a_whole_and_an_empty_policy_keeps_all()
    {
        var points = Enumerable.Range(1, 9).Select(day => Points.At($"2026-03-0{day}T02:00Z", "audit")).ToArray();
        var policy = Policy("last 1") with { Labels = new Dictionary<string, RetentionRule> { ["audit"] = new() } };

        Assert.Empty(Decide(policy, "2026-03-09T12:00Z", points).Removed);
        var nothing = Decide(new RetentionPolicy(), "2026-03-09T12:00Z", points);
        Assert.Empty(nothing.Removed);
        Assert.All(nothing.Decisions, decision => Assert.Equal(["the policy keeps all"], decision.Reasons));
    }

    [Fact]
    public void Each_is_told_which_slot_keeps_it_or_why_none_does()
    {
        RestorePoint[] points = [Points.At("2026-03-01T02:00Z"), Points.At("2026-03-04T01:00Z"), Points.At("2026-03-04T02:00Z"), Points.At("2026-03-05T02:00Z")];

        var plan = Decide(Policy("daily 2,last 1"), "2026-03-05T12:00Z", points);

        Assert.Equal(["the newest", "the newest with config", "the newest complete one with config", "the newest with files", "the newest complete one with files", "last 1 of 1", "daily 1 of 2 (2026-03-05)"], ReasonsOf(plan, points[3]));
        Assert.Equal(["daily 2 of 2 (2026-03-04)"], ReasonsOf(plan, points[2]));
        Assert.Equal(["not among the last 1", $"daily: {points[2].Id.ToString()[..8]} is kept for 2026-03-04"], ReasonsOf(plan, points[1]));
        Assert.Equal(["not among the last 1", "daily: past the last 2 days that have one"], ReasonsOf(plan, points[0]));
        Assert.Equal([points[0].Id, points[1].Id], plan.Removed.Select(point => point.Id));
    }

    [Fact]
    public void A_partial_one_gives_way_to_a_complete_one_of_the_same_day_and_a_damaged_one_takes_no_slot()
    {
        RestorePoint[] points = [Points.At("2026-03-03T02:00Z"), Points.At("2026-03-04T01:00Z"), Points.At("2026-03-04T02:00Z", state: RestorePointState.Partial), Points.At("2026-03-05T01:00Z"), Points.At("2026-03-05T02:00Z")];
        var facts = new RetentionFacts { Points = points, Verifications = [Points.Verified(points[3], Engine.Verification.VerificationLevel.Data, good: false)] };

        var plan = RetentionPlan.Decide(facts, Policy("daily 2"), Points.Time("2026-03-05T12:00Z"));
        Assert.Equal([points[0].Id, points[2].Id, points[3].Id], plan.Removed.Select(point => point.Id));

        var last = RetentionPlan.Decide(facts, Policy("last 2"), Points.Time("2026-03-05T12:00Z"));
        Assert.Equal(["damaged, and takes no slot"], ReasonsOf(last, points[3]));
        Assert.Equal("last 2 of 2", ReasonsOf(last, points[2])[0]);
    }

    [Fact]
    public void A_policy_that_makes_no_sense_is_named_by_its_part()
    {
        var policy = new RetentionPolicy
        {
            Default = new RetentionRule { Daily = -1 },
            Labels = new Dictionary<string, RetentionRule> { ["nightly"] = new() { Within = TimeSpan.Zero }, [" "] = new() },
            TimeZone = "Europe/Atlantis",
            NewestWithin = TimeSpan.FromHours(-1),
        };

        Assert.Equal(["default", "labels.nightly", "labels", "timeZone", "newestWithin"], policy.Faults.Select(fault => fault.Split(':')[0]));
        Assert.Empty(Policy("last 1").Faults);
    }

    [Fact]
    public void Fingerprints_tell_policies_and_plans_apart_and_nothing_else()
    {
        var (one, two) = (new RetentionRule { Last = 1 }, new RetentionRule { Daily = 2 });
        var policy = Policy("last 1") with { Labels = new Dictionary<string, RetentionRule> { ["a"] = one, ["b"] = two } };
        Assert.Equal(policy.Fingerprint, (Policy("last 1") with { Labels = new Dictionary<string, RetentionRule> { ["b"] = two, ["a"] = one } }).Fingerprint);
        Assert.NotEqual(policy.Fingerprint, (policy with { TimeZone = "Europe/Berlin" }).Fingerprint);

        var points = Enumerable.Range(1, 4).Select(day => Points.At($"2026-03-0{day}T02:00Z")).ToArray();
        var plan = Decide(policy, "2026-03-04T12:00Z", points);
        Assert.Equal(plan.Fingerprint, Decide(policy, "2026-03-04T13:00Z", [.. points.Reverse()]).Fingerprint);
        Assert.NotEqual(plan.Fingerprint, Decide(policy, "2026-03-04T12:00Z", points[1..]).Fingerprint);
        Assert.True(plan.IsDrastic);
        Assert.False(Decide(Policy("last 3"), "2026-03-04T12:00Z", points).IsDrastic);
    }

    internal static RetentionPolicy Policy(string rule)
    {
        var counts = rule.Split(',').Select(part => part.Split(' ')).ToDictionary(part => part[0], part => int.Parse(part[1], null));
        int Of(string name) => counts.GetValueOrDefault(name);
        return new RetentionPolicy
        {
            Default = new RetentionRule { Last = Of("last"), Within = counts.TryGetValue("within", out var days) ? TimeSpan.FromDays(days) : null, Hourly = Of("hourly"), Daily = Of("daily"), Weekly = Of("weekly"), Monthly = Of("monthly"), Yearly = Of("yearly") },
        };
    }

    private static RetentionPlan Decide(RetentionPolicy policy, string now, RestorePoint[] points) => RetentionPlan.Decide(new RetentionFacts { Points = points }, policy, Points.Time(now));

    private static IReadOnlyList<string> ReasonsOf(RetentionPlan plan, RestorePoint point) => plan.Decisions.Single(decision => decision.Point.Id == point.Id).Reasons;
}

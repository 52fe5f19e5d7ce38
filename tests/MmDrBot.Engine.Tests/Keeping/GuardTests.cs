using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>What no policy removes.</summary>
public sealed class GuardTests
{
    private static readonly RestorePoint[] Nights = [.. Enumerable.Range(1, 9).Select(day => Points.At($"2026-03-0{day}T02:00Z"))];
    private static readonly DateTimeOffset Now = Points.Time("2026-03-09T12:00Z");

    [Theory]
    [InlineData("2 drill, 5 data, 7 structure", 2)]
    [InlineData("2 drill, 3 boot", 3)]
    [InlineData("4 data, 7 structure", 4)]
    [InlineData("3 structure, 6 structure", 6)]
    [InlineData("3 drill, 6 !drill", 3)]
    [InlineData("6 drill, 6 !data, 2 data", 2)]
    public void The_best_proven_one_stays(string history, int stays)
    {
        var plan = Decide(new RetentionFacts { Points = Nights, Verifications = Records(history) });

        Assert.Equal([stays, 9], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order());
        Assert.Contains(plan.Decisions.Single(decision => decision.Point.CreatedAt.Day == stays).Reasons, reason => reason.StartsWith("the newest that was ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_one_that_was_drilled_last_stays_beside_the_newest_that_was()
    {
        var plan = Decide(new RetentionFacts { Points = Nights, Verifications = [Points.Verified(Nights[5], VerificationLevel.Drill), Points.Verified(Nights[1], VerificationLevel.Drill, at: Now)] });

        Assert.Equal([2, 6, 9], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order());
    }

    [Fact]
    public void The_newest_that_Mattermost_ran_on_stays_beside_those_that_were_drilled_later()
    {
        var plan = Decide(new RetentionFacts { Points = Nights, Verifications = Records("1 boot, 2 boot, 3 drill, 5 drill") });

        Assert.Equal([2, 5, 9], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order());
        Assert.Contains("the newest that Mattermost ran on, with config", plan.Decisions.Single(decision => decision.Point.CreatedAt.Day == 2).Reasons);
    }

    [Fact]
    public void The_last_with_the_rows_of_a_table_that_was_emptied_stays_until_half_of_them_are_back()
    {
        RestorePoint[] WithPosts(params long[] rows) => [.. rows.Select((count, day) => Nights[day] with { Database = Points.Database(("posts", count)) })];
        IEnumerable<int> Kept(RestorePoint[] points) => Decide(new RetentionFacts { Points = points }).Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order();

        Assert.Equal([3, 9], Kept(WithPosts(1200, 1200, 1200, 0, 0, 1, 2, 3, 4)));
        Assert.Equal([9], Kept(WithPosts(1200, 1200, 1200, 0, 0, 1, 2, 3, 600)));
    }

    [Fact]
    public void A_drilled_one_of_the_configuration_alone_stands_for_no_files()
    {
        var (full, config) = (Points.At("2026-03-01T02:00Z"), Points.At("2026-03-02T02:00Z", components: ["config"]));
        var facts = new RetentionFacts { Points = [full, config, .. Nights[4..]], Verifications = [Points.Verified(full, VerificationLevel.Drill), Points.Verified(config, VerificationLevel.Drill)] };

        Assert.DoesNotContain(Decide(facts).Removed, point => point.Id == full.Id || point.Id == config.Id);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("overdue")]
    [InlineData("unreadable")]
    [InlineData("future")]
    [InlineData("slow")]
    public void Nothing_goes_while_something_is_wrong(string wrong)
    {
        var facts = new RetentionFacts { Points = Nights };
        var plan = wrong switch
        {
            "damaged" => Decide(facts with { Verifications = [Points.Verified(Nights[8], VerificationLevel.Structure, good: false)] }),
            "overdue" => RetentionPlan.Decide(facts, One with { NewestWithin = TimeSpan.FromHours(9) }, Now),
            "unreadable" => Decide(facts with { Unreadable = ["manifests/ab is damaged: torn."] }),
            "future" => RetentionPlan.Decide(facts, One, Nights[8].CreatedAt.AddMinutes(-6)),
            _ => RetentionPlan.Decide(facts, One, Nights[8].CreatedAt.AddHours(73)),
        };

        Assert.Empty(plan.Removed);
        Assert.Contains(wrong switch { "slow" => "overdue", "unreadable" => "not all can be read: manifests/ab", "future" => "yet to come", _ => wrong }, plan.Hindrance, StringComparison.Ordinal);
        Assert.All(plan.Decisions, decision => Assert.Equal([plan.Hindrance!], decision.Reasons));
    }

    [Fact]
    public void Where_no_interval_is_set_three_usual_pauses_are_patience()
    {
        Assert.Equal(8, RetentionPlan.Decide(new RetentionFacts { Points = Nights }, One, Nights[8].CreatedAt.AddHours(72)).Removed.Count);
        Assert.Equal(8, RetentionPlan.Decide(new RetentionFacts { Points = Nights }, One, Nights[8].CreatedAt.AddMinutes(-5)).Removed.Count);
    }

    [Fact]
    public void What_is_expected_of_a_component_counts_more_than_its_usual_pauses_and_less_than_the_policy()
    {
        var facts = new RetentionFacts { Points = Nights, Expected = new Dictionary<string, TimeSpan> { [Nights[0].Components[0]] = TimeSpan.FromHours(26) } };

        Assert.Equal(8, RetentionPlan.Decide(facts, One, Nights[8].CreatedAt.AddHours(26)).Removed.Count);
        Assert.Contains("every 26 hours", RetentionPlan.Decide(facts, One, Nights[8].CreatedAt.AddHours(27)).Hindrance, StringComparison.Ordinal);
        Assert.Null(RetentionPlan.Decide(facts, One with { NewestWithin = TimeSpan.FromDays(3) }, Nights[8].CreatedAt.AddHours(27)).Hindrance);
    }

    [Fact]
    public void A_component_that_is_backed_up_no_more_keeps_what_holds_it()
    {
        RestorePoint[] points = [.. Nights[..3], .. Enumerable.Range(4, 6).Select(day => Points.At($"2026-03-0{day}T02:00Z", components: ["config"]))];

        var plan = RetentionPlan.Decide(new RetentionFacts { Points = points }, One with { NewestWithin = TimeSpan.FromDays(2) }, Now);

        Assert.Equal([4, 5, 6, 7, 8], plan.Removed.Select(point => point.CreatedAt.Day));
        Assert.Contains(plan.Decisions[^1].Reasons, reason => reason.StartsWith("the newest with files, ", StringComparison.Ordinal) && reason.Contains("is overdue", StringComparison.Ordinal));
    }

    [Fact]
    public void Pinned_and_held_ones_stay_and_say_by_whom()
    {
        var plan = Decide(new RetentionFacts { Points = Nights, Pins = [Points.Pinned(Nights[0]), Points.Pinned(Nights[1], PinKind.Hold)] });

        Assert.Equal([1, 2, 9], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order());
        Assert.Equal(["pinned by alice: audit 2026"], plan.Decisions[^1].Reasons);
        Assert.Equal(["held by alice: audit 2026"], plan.Decisions[^2].Reasons);
    }

    [Fact]
    public void The_newest_complete_one_stays_whatever_came_after_it()
    {
        RestorePoint[] points = [.. Nights[..3], .. Enumerable.Range(4, 6).Select(day => Points.At($"2026-03-0{day}T02:00Z", state: RestorePointState.Partial))];

        var plan = Decide(new RetentionFacts { Points = points });

        Assert.Equal([3, 9], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Point.CreatedAt.Day).Order());
    }

    private static RetentionPolicy One => PolicyTests.Policy("last 1");

    private static RetentionPlan Decide(RetentionFacts facts) => RetentionPlan.Decide(facts, One, Now);

    private static VerificationRecord[] Records(string history) =>
    [
        .. history.Split(", ").Select((entry, number) =>
        {
            var (night, word) = (Nights[entry[0] - '1'], entry[2..]);
            return Points.Verified(night, Enum.Parse<VerificationLevel>(word.TrimStart('!'), ignoreCase: true), !word.StartsWith('!'), night.FinishedAt.AddMinutes(number));
        }),
    ];
}

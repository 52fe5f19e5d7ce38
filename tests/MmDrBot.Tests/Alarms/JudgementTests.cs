using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Alarms;

/// <summary>When each alarm is due, by made-up facts.</summary>
public sealed class JudgementTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private long _jobs;

    [Theory]
    [InlineData(23.9, null)]
    [InlineData(24.1, "24 h 6 min old")]
    public void A_restore_point_may_be_so_old(double hours, string? said) =>
        AssertSaid(said, RpoSource.Judge("database", Day, Now.AddHours(-hours), true, Now.AddDays(-9), Now));

    [Fact]
    public void Without_any_restore_point_it_hangs_on_whether_there_should_be_one()
    {
        AssertSaid(null, RpoSource.Judge("files", Day, null, false, Now.AddHours(-23), Now));
        AssertSaid("**no** restore point of the files in the repository.", RpoSource.Judge("files", Day, null, false, Now.AddHours(-25), Now));
        AssertSaid("any more, though there was one", RpoSource.Judge("files", Day, null, true, Now.AddMinutes(-1), Now));
    }

    [Fact]
    public void Drills_are_due_from_the_first_restore_point_on()
    {
        AssertSaid(null, DrillSource.Judge("database", null, Now.AddDays(-7), 8 * Day, Now));
        AssertSaid("No restore drill of the database has gone well", DrillSource.Judge("database", null, Now.AddDays(-9), 8 * Day, Now));
        AssertSaid(null, DrillSource.Judge("database", Now.AddDays(-7), Now.AddDays(-90), 8 * Day, Now));
        AssertSaid("216 h 0 min ago", DrillSource.Judge("database", Now.AddDays(-9), Now.AddDays(-90), 8 * Day, Now));
    }

    [Theory]
    [InlineData(400, 14, 15, false)]
    [InlineData(400, 14, 13, true)]
    [InlineData(6, 14, 2, false)]
    [InlineData(6, 14, 1, true)]
    public void An_end_is_near(int lives, int within, int left, bool isNear) =>
        Assert.Equal(isNear, Expiry.IsNear(Now.AddDays(left - lives), Now.AddDays(left), Now, TimeSpan.FromDays(within)));

    [Theory]
    [InlineData(59, null)]
    [InlineData(-59, null)]
    [InlineData(61, "61 s ahead of")]
    [InlineData(-3600, "3600 s behind")]
    public void Clocks_may_differ_by_so_much(int seconds, string? said) =>
        AssertSaid(said, ClockSource.Judge("database", TimeSpan.FromSeconds(seconds), TimeSpan.FromMinutes(1)));

    [Fact]
    public void A_job_that_failed_stands_until_one_of_its_kind_succeeds()
    {
        Assert.Empty(Failed([]));
        Assert.Empty(Failed([Ended("verify", JobState.Succeeded), Ended("verify", JobState.Failed)]));
        Assert.Empty(Failed([Ended("restore", JobState.Failed)]));

        var alarms = Failed([Ended("verify", JobState.Failed), Ended("backup", JobState.PartlyFailed), Ended("check", JobState.Interrupted), Ended("prune", JobState.Succeeded)]);

        Assert.Equal(["verify", "backup", "check"], alarms.Select(alarm => alarm.Subject));
        Assert.Contains("failed: why it did", alarms[0].Message, StringComparison.Ordinal);
        Assert.Contains("partly failed", alarms[1].Message, StringComparison.Ordinal);
        Assert.Contains("was interrupted", alarms[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_of_one_component_makes_up_for_that_one_alone()
    {
        var failed = Ended("backup", JobState.Failed);

        Assert.Equal("backup", Assert.Single(Failed([Backup(JobState.Succeeded, "database"), failed])).Subject);
        Assert.Empty(Failed([Backup(JobState.Succeeded, "files", "config"), Backup(JobState.Succeeded, "database"), failed]));
        Assert.Equal("backup of files", Assert.Single(Failed([Backup(JobState.Failed, "files"), Ended("backup", JobState.Succeeded)])).Subject);
        Assert.Empty(Failed([Ended("backup", JobState.Succeeded), Backup(JobState.Failed, "files")]));
        Assert.Single(Failed([failed, Ended("backup", JobState.Failed), Backup(JobState.Failed, "database")]));
    }

    [Fact]
    public void What_ran_less_far_or_elsewhere_makes_up_for_nothing()
    {
        var drill = Ended("verify", JobState.Failed) with { RequestJson = """{"restorePoint":"latest","level":"drill"}""" };
        var offsite = Ended("replicate", JobState.Failed) with { RequestJson = """{"copy":"offsite"}""" };

        Assert.Equal("verify --level drill", Assert.Single(Failed([Ended("verify", JobState.Succeeded), drill])).Subject);
        Assert.Empty(Failed([Ended("verify", JobState.Succeeded) with { RequestJson = """{"restorePoint":"3f9a","level":"boot"}""" }, drill]));
        Assert.Single(Failed([drill with { State = JobState.Succeeded, RequestJson = """{"restorePoint":"latest","level":"drill","repository":"offsite"}""" }, drill]));
        Assert.Equal("replicate in offsite", Assert.Single(Failed([offsite with { State = JobState.Succeeded, RequestJson = """{"copy":"nearby"}""" }, offsite])).Subject);
        Assert.Empty(Failed([offsite with { State = JobState.Succeeded }, offsite]));
        Assert.Empty(Failed([offsite with { RequestJson = """{"copy":"of-last-year"}""" }]));
        Assert.Equal("prune", Assert.Single(Failed([Ended("prune", JobState.Succeeded) with { RequestJson = """{"repository":"offsite"}""" }, Ended("prune", JobState.Failed)])).Subject);
        Assert.Equal("check with data", Assert.Single(Failed([Ended("check", JobState.Succeeded) with { RequestJson = """{"readShare":0}""" }, Ended("check", JobState.Failed) with { RequestJson = """{"readShare":1}""" }])).Subject);
    }

    [Fact]
    public void A_component_that_shrank_by_half_is_told_until_that_is_usual()
    {
        Assert.Empty(Sizes(1000, 900, 501));
        Assert.Contains("much smaller than before: 500 MB now, 1.0 GB before", Assert.Single(Sizes(1000, 1000, 500)).Message, StringComparison.Ordinal);
        Assert.Single(Sizes(1000, 1000, 1000, 400, 400));
        Assert.Empty(Sizes(1000, 1000, 400, 400, 400, 400));
        Assert.Empty(SizeSource.Judge([Point(config: 90_000), Point(config: 1000)], new AlarmOptions()));
        Assert.Empty(SizeSource.Judge([Point(config: 900_000), Point(config: 1000, label: "other")], new AlarmOptions()));
        Assert.Empty(SizeSource.Judge([Point(config: 900_000), Point(config: 1000)], new AlarmOptions { ShrinkPercent = 0 }));
        Assert.Equal("config (nightly)", Assert.Single(SizeSource.Judge([Point(config: 900_000, label: "nightly"), Point(config: 1000, label: "nightly")], new AlarmOptions())).Subject);
    }

    [Fact]
    public void A_backup_that_adds_far_more_than_usual_is_told()
    {
        Assert.Empty(Growth(9000, 10, 10));
        Assert.Empty(Growth(9000, 10, 10, 10, 20));
        Assert.Empty(Growth(10, 10, 10, 200));
        Assert.Contains("added 5.0 GB to the repository; usual are 10 MB", Assert.Single(Growth(9000, 10, 10, 10, 5000)).Message.Replace("10.0", "10", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(Growth(9000, 10, 10, 10, 5000, 10));
    }

    [Fact]
    public void A_restore_point_of_one_component_hides_nothing_of_the_others()
    {
        RestorePoint Files(long megabytes, long newMegabytes = 0) => Point(newBytes: newMegabytes * 1_000_000) with { Files = new FilesComponent("local", "/srv/data", "copy", 1, megabytes * 1_000_000, null, [], 0, []) };
        var config = Point();

        Assert.Equal("files", Assert.Single(SizeSource.Judge([Files(1000), Files(400), config, config], new AlarmOptions())).Subject);
        Assert.Empty(SizeSource.Judge([Files(1000), Files(400), config, Files(900), config], new AlarmOptions()));
        Assert.Contains("with config and files added 5.0 GB", Assert.Single(SizeSource.Judge([Files(1, 10), Files(1, 10), Files(1, 10), Files(1, 5000), config, config, config, config], new AlarmOptions())).Message, StringComparison.Ordinal);
        Assert.Empty(SizeSource.Judge([Files(1, 10), Files(1, 10), Files(1, 10), Files(1, 5000), config, Files(1, 10), config], new AlarmOptions()));
    }

    [Fact]
    public void Tables_without_rows_are_judged_by_the_newest_restore_point_of_their_database()
    {
        var (full, empty, other) = (Rows(Now, ("posts", 5), ("users", 3)), Rows(Now.AddHours(1), ("posts", 5), ("users", 0)), Rows(Now.AddHours(2), ("posts", 0)));
        Assert.Empty(Emptied([]));
        Assert.Empty(Emptied([full]));
        Assert.Contains("The table public.users had 3 rows and has none", Assert.Single(Emptied([full, empty, Point()])).Message, StringComparison.Ordinal);
        Assert.Equal(["table_emptied/public.posts", "table_emptied/public.users"], Emptied([full, empty, other]).Select(alarm => alarm.Key));
        Assert.Equal(AlarmSeverity.Critical, Assert.Single(Emptied([Rows(Now, ("users", 1000)), empty])).Severity);

        // Another database is none that lost rows, what is long past is how things are, and what passes by itself is no loss.
        Assert.Empty(Emptied([full with { Database = full.Database! with { Name = "old" } }, empty]));
        Assert.Empty(Emptied([full with { CreatedAt = Now.AddDays(-61) }, empty]));
        Assert.Empty(Emptied([Rows(Now, ("drafts", 5), ("commandwebhooks", 1), ("calls_sessions", 2)), Rows(Now.AddHours(1), ("drafts", 0))]));

        // Acknowledged is what that table had lost by then, and no other.
        Assert.Equal(["table_emptied/public.posts"], Emptied([full, empty, other], ("public.users", Now.AddHours(1.5))).Select(alarm => alarm.Key));
        Assert.Equal(["table_emptied/public.users"], Emptied([full, empty, Rows(Now.AddHours(2), ("posts", 5), ("users", 3)), empty with { CreatedAt = Now.AddHours(3) }], ("public.users", Now.AddHours(1.5))).Select(alarm => alarm.Key));
    }

    [Fact]
    public void A_table_is_emptied_until_half_of_its_rows_are_back()
    {
        RestorePoint At(int hour, long posts) => Rows(Now.AddHours(hour), ("posts", posts));

        Assert.Contains("had 1,200 rows and has 1 in the newest", Assert.Single(Emptied([At(0, 1200), At(1, 0), At(2, 1)])).Message, StringComparison.Ordinal);
        Assert.Single(Emptied([At(0, 1200), At(2, 1)]));
        Assert.Single(Emptied([At(0, 1200), At(1, 0), At(2, 1), At(3, 0), At(4, 599)]));
        Assert.Empty(Emptied([At(0, 1200), At(1, 0), At(2, 600)]));
        Assert.Empty(Emptied([At(0, 1200), At(1, 13)]));
        Assert.Empty(Emptied([At(0, 900), At(1, 1)]));
    }

    [Fact]
    public void Of_a_database_that_was_emptied_the_largest_tables_are_told_by_name_and_the_others_after_them()
    {
        var tables = Enumerable.Range(1, 8).Select(number => ($"t{number}", (long)number)).ToArray();
        RestorePoint[] points = [Rows(Now, tables), Rows(Now.AddHours(1))];

        var alarms = Emptied(points);

        Assert.Equal(["public.t8", "public.t7", "public.t6", "public.t5", "public.t4"], alarms.Select(alarm => alarm.Subject));
        Assert.Contains("3 more tables lost their rows as well.", alarms[0].Message, StringComparison.Ordinal);
        Assert.Equal(["public.t3", "public.t2", "public.t1"], Emptied(points, [.. alarms.Select(alarm => (alarm.Subject, Now.AddHours(2)))]).Select(alarm => alarm.Subject));
    }

    [Fact]
    public void What_is_backed_up_under_another_label_by_now_is_judged_there()
    {
        RestorePoint Config(int day, long bytes, string? label = null) => Point(config: bytes, label: label) with { CreatedAt = Now.AddDays(day) };

        Assert.Single(SizeSource.Judge([Config(0, 900_000), Config(1, 1000), Config(10, 1000, "nightly")], new AlarmOptions()));
        Assert.Empty(SizeSource.Judge([Config(0, 900_000), Config(1, 1000), Config(16, 1000, "nightly")], new AlarmOptions()));
    }

    [Fact]
    public void A_repository_that_grows_far_more_in_a_day_than_usual_is_told_whatever_made_it_grow()
    {
        Assert.Empty(Days(new AlarmOptions(), 100, 110, 120, 130, 140, 150, 160, 9000));
        Assert.Empty(Days(new AlarmOptions(), 100, 110, 120, 130, 140, 150, 160, 170, 400));
        Assert.Empty(Days(new AlarmOptions(), 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 11_900));
        Assert.Equal(
            ("growth/repository", "The repository grew by 5.0 GB in a day; usual are 1.0 GB."),
            Assert.Single(Days(new AlarmOptions(), 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 13_000)) is var alarm ? (alarm.Key, alarm.Message) : default);
        Assert.Empty(Days(new AlarmOptions { GrowthFactor = 0 }, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 13_000));

        // What retention frees and what several days without a look brought are no growth of one day.
        Assert.Empty(Days(new AlarmOptions(), 1000, 2000, 3000, 4000, 500, 1500, 2500, 3500, 5000));
        var sizes = Daily([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
        Assert.Empty(GrowthSource.Judge(sizes, new RepositorySize(sizes[^1].At.AddDays(6), 14_000_000_000), new AlarmOptions()));
    }

    [Theory]
    [InlineData("""{"repository":"main","check":{"good":true},"checkedShare":1}""", true)]
    [InlineData("""{"repository":"main","check":{"good":true},"checkedShare":0}""", false)]
    [InlineData("""{"repository":"main","check":{"good":false},"checkedShare":1}""", false)]
    [InlineData("""{"repository":"offsite","check":{"good":true},"checkedShare":1}""", false)]
    [InlineData("""{"repository":"main","dryRun":true,"check":null,"checkedShare":0}""", false)]
    public void A_repair_makes_up_for_a_failed_check_as_far_as_its_own_read(string result, bool makesUp)
    {
        var check = Ended("check", JobState.Failed) with { RequestJson = """{"readShare":1}""" };
        var repair = Ended("repair", JobState.Succeeded) with { ResultJson = result };

        Assert.Equal(makesUp, Failed([repair, check]) is []);
        Assert.Single(Failed([check, repair]));
        Assert.Single(Failed([repair with { State = JobState.PartlyFailed }, check]), alarm => alarm.Subject.StartsWith("check", StringComparison.Ordinal));
    }

    private static IReadOnlyList<Alarm> Emptied(IReadOnlyList<RestorePoint> points, params (string Table, DateTimeOffset At)[] accepted) =>
        EmptiedSource.Judge(points, accepted.ToDictionary(item => $"table_emptied/{item.Table}", item => item.At));

    private static Alarm[] Failed(IReadOnlyList<Job> ended) => [.. JobSource.Judge(ended, new HashSet<string> { "main", "offsite", "nearby" }, Now)];

    private static Alarm[] Sizes(params int[] megabytes) => [.. SizeSource.Judge([.. megabytes.Select(size => Point(config: size * 1_000_000L))], new AlarmOptions())];

    /// <summary>The last is the size of now.</summary>
    private static Alarm[] Days(AlarmOptions options, params int[] megabytes) => [.. GrowthSource.Judge(Daily(megabytes[..^1]), Daily(megabytes)[^1], options)];

    private static RepositorySize[] Daily(IEnumerable<int> megabytes) => [.. megabytes.Select((size, day) => new RepositorySize(Now.AddDays(day), size * 1_000_000L))];

    private static Alarm[] Growth(params int[] megabytes) => [.. SizeSource.Judge([.. megabytes.Select(size => Point(newBytes: size * 1_000_000L))], new AlarmOptions())];

    private static RestorePoint Point(long config = 1, long newBytes = 0, string? label = null) => new()
    {
        Repository = "r",
        CreatedAt = Now,
        FinishedAt = Now,
        Host = "chat",
        Program = "mmdr",
        State = RestorePointState.Complete,
        Label = label,
        NewBytes = newBytes,
        Config = new ConfigComponent("directory", "/opt/mattermost/config", 1, config, null),
    };

    private static RestorePoint Rows(DateTimeOffset at, params (string Table, long Rows)[] tables) => Point() with
    {
        CreatedAt = at,
        FinishedAt = at,
        Database = new DatabaseComponent
        {
            SnapshotAt = at,
            ServerVersion = "15",
            Name = "mattermost",
            Owner = "mmuser",
            Encoding = "UTF8",
            Collate = "C",
            Ctype = "C",
            PreData = new StreamRef(0, 0, null),
            PostData = new StreamRef(0, 0, null),
            Tables = [.. tables.Select(table => new TableData("public", table.Table, [], null, table.Rows, new StreamRef(0, 0, null)))],
        },
    };

    private Job Backup(JobState state, params string[] components) =>
        Ended("backup", state) with { RequestJson = $$"""{"label":"x","components":[{{string.Join(',', components.Select(name => $"\"{name}\""))}}]}""" };

    private Job Ended(string kind, JobState state) => new()
    {
        Id = $"job{_jobs++}",
        Kind = kind,
        State = state,
        RequestJson = "{}",
        ActorName = "system",
        Door = Door.System,
        CreatedAt = Now,
        FinishedAt = Now,
        Error = state is JobState.Failed ? new JobError("unavailable", "why it did", "what to do") : null,
    };

    private static void AssertSaid(string? said, Alarm? alarm)
    {
        if (said is null)
        {
            Assert.Null(alarm);
        }
        else
        {
            Assert.Contains(said, alarm!.Message, StringComparison.Ordinal);
        }
    }
}

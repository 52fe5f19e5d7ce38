using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

public sealed class ReaderZoneTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Europe/Berlin", "2026-07-01 14:00 Europe/Berlin")]
    [InlineData("America/New_York", "2026-07-01 08:00 America/New_York")]
    [InlineData("Asia/Kolkata", "2026-07-01 17:30 Asia/Kolkata")]
    [InlineData("UTC", "2026-07-01 12:00 UTC")]
    public void A_sentence_has_the_readers_time_and_its_zone(string zone, string text) => Assert.Equal(text, In(zone, Door.Chat).Time(Noon));

    [Fact]
    public void A_zone_without_a_name_is_told_by_its_offset() =>
        Assert.Equal("2026-07-01 11:00 -01:00", Words.Time(Noon, TimeZoneInfo.CreateCustomTimeZone("Local", TimeSpan.FromHours(-1), "Local", "Local")));

    [Fact]
    public void A_table_names_the_zone_below_in_chat_and_in_each_cell_on_a_terminal()
    {
        Assert.Equal(("2026-07-01 14:00", "More.\nTimes are Europe/Berlin."), (In("Europe/Berlin", Door.Chat).Cell(Noon), In("Europe/Berlin", Door.Chat).Below("More.")));
        Assert.Equal(("2026-07-01 14:00 Europe/Berlin", null), (In("Europe/Berlin", Door.Cli).Cell(Noon), In("Europe/Berlin", Door.Cli).Below()));
    }

    private static Invocation In(string zone, Door door) => new(
        new RootCommand().Parse([]), new Actor("x", door, new HashSet<Permission>()) { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) }, new QueuedJobs(null));
}

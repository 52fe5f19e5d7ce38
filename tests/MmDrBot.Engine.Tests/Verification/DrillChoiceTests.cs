using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Engine.Verification.Drilling;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class DrillChoiceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 2, 30, 0, TimeSpan.Zero);

    private static readonly DatabaseComponent Database = new()
    {
        SnapshotAt = Start,
        ServerVersion = "18.0",
        Name = "mattermost",
        Owner = "mmuser",
        Encoding = "UTF8",
        Collate = "C",
        Ctype = "C",
        PreData = StreamRef.Empty,
        PostData = StreamRef.Empty,
        Tables = [],
    };

    [Theory]
    [InlineData("", "", null)]
    [InlineData("dcf", "", 0)]
    [InlineData("dcf c c", "", 0)]
    [InlineData("dcf dcf c", "0", 1)]
    [InlineData("dc f", "", 0)]
    [InlineData("d f d f", "", 3)]
    [InlineData("d f d f", "1", 2)]
    [InlineData("d f d f", "1 0", 3)]
    [InlineData("d f d f", "!0 1", 2)]
    public void The_latest_for_a_drill_is_the_newest_with_the_most_components_and_such_take_turns(string taken, string drilled, int? chosen)
    {
        var points = taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Point).ToArray();
        var records = drilled.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, place) => Record(points[int.Parse(word.TrimStart('!'), System.Globalization.CultureInfo.InvariantCulture)], place, !word.StartsWith('!')));

        Assert.Equal(chosen is { } place ? points[place] : null, DrillChoice.Choose(points, [.. records]));
    }

    private static RestorePoint Point(string components, int place) => new()
    {
        Id = BlobId.From([.. Enumerable.Repeat((byte)place, BlobId.Length)]),
        Repository = "r",
        CreatedAt = Start.AddHours(place),
        FinishedAt = Start.AddHours(place),
        Host = "chat",
        Program = "mmdr test",
        State = RestorePointState.Complete,
        Database = components.Contains('d', StringComparison.Ordinal) ? Database : null,
        Config = components.Contains('c', StringComparison.Ordinal) ? new ConfigComponent("directory", "/opt/mattermost/config", 1, 1, null) : null,
        Files = components.Contains('f', StringComparison.Ordinal) ? new FilesComponent("local", "/files", "copy", 1, 1, null, [], 0, []) : null,
    };

    private static VerificationRecord Record(RestorePoint point, int place, bool good) => new()
    {
        RestorePoint = point.Id,
        Level = VerificationLevel.Drill,
        StartedAt = Start.AddDays(1 + place),
        FinishedAt = Start.AddDays(1 + place),
        Good = good,
        Host = "chat",
        Program = "mmdr test",
    };
}

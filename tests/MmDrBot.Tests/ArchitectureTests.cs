using System.Text.RegularExpressions;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests;

/// <summary>The arrows of the house run down: a room may use only what lies below it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Access"] = 0,
        ["Settings"] = 1,
        ["Diagnosis"] = 1,
        ["Data"] = 1,
        ["Audit"] = 2,
        ["Sealing"] = 2,
        ["ApiKeys"] = 3,
        ["Protection"] = 3,
        ["Registration"] = 3,

        // The outbox: jobs and outages write into it what webhooks are told, so it lies below them.
        ["Webhooks"] = 3,
        ["Jobs"] = 4,
        ["Announcing"] = 5,
        ["Mailing"] = 2,
        ["Alarms"] = 6,
        ["Approvals"] = 6,
        ["Interactions"] = 3,
        ["Sso"] = 6,
        ["Scheduling"] = 6,
        ["Verbs"] = 5,
        ["Commands"] = 7,
        ["Api"] = 7,
        ["Cli"] = 7,
        ["Features"] = 8,
    };

    private static readonly string Source = RepositoryRoot.File("src");

    [Fact]
    public void The_two_libraries_know_neither_each_other_nor_the_program()
    {
        Assert.All(UsingsBelow("MmDrBot.Engine"), item => Assert.StartsWith("MmDrBot.Engine", item.Used, StringComparison.Ordinal));
        Assert.All(UsingsBelow("MmDrBot.Mattermost"), item => Assert.StartsWith("MmDrBot.Mattermost", item.Used, StringComparison.Ordinal));
    }

    [Fact]
    public void No_room_uses_one_above_it()
    {
        var upward = from item in UsingsBelow("MmDrBot")
                     let user = RoomOf(item.File)
                     let used = item.Used.Split('.').ElementAtOrDefault(1)
                     where user is not null && used is not null && Floors.ContainsKey(user) && Floors.ContainsKey(used) && user != used
                     where Floors[used] >= Floors[user]
                     select $"{item.File}: {item.Used}";
        Assert.Empty(upward);
    }

    [Fact]
    public void Every_room_has_its_floor()
    {
        var rooms = Directory.GetDirectories(Path.Combine(Source, "MmDrBot")).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"));
        Assert.Equal(Floors.Keys.Order(), rooms.Order());
    }

    [Fact]
    public void Features_never_name_each_other()
    {
        var meetings = UsingsBelow("MmDrBot").Where(item => RoomOf(item.File) == "Features" && item.Used.StartsWith("MmDrBot.Features.", StringComparison.Ordinal)).Select(item => $"{item.File}: {item.Used}");
        Assert.Empty(meetings);
    }

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        Assert.All(Files(""), file => Assert.InRange(File.ReadLines(file).Count(), 0, 300));
    }

    [Fact]
    public void Status_codes_are_named_in_the_REST_face_alone()
    {
        var names = Files("MmDrBot").Where(file => !file.EndsWith("Api.cs", StringComparison.Ordinal) && RoomOf(file) != "Api" && File.ReadAllText(file).Contains("StatusCodes.", StringComparison.Ordinal));
        Assert.Empty(names);
    }

    private static IEnumerable<string> Files(string project) =>
        Directory.GetFiles(Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<(string File, string Used)> UsingsBelow(string project) =>
        from file in Files(project)
        from Match match in Using().Matches(File.ReadAllText(file))
        select (file, match.Groups[1].Value);

    private static string? RoomOf(string file) => Path.GetRelativePath(Path.Combine(Source, "MmDrBot"), file).Split('/') is [var room, _, ..] ? room : null;

    [GeneratedRegex(@"^using (MmDrBot[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();
}

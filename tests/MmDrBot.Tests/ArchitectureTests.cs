using System.Text.RegularExpressions;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests;

/// <summary>Which room may know which, read from the sources' own `using` lines and qualified names.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaximumLines = 300;

    /// <summary>Each room with the rooms below that it names; from the ground up, so that no circle is possible.</summary>
    private static readonly (string Room, string[] Knows)[] Rooms =
    [
        ("Access", []),
        ("Settings", []),
        ("Data", ["Access"]),
        ("Audit", ["Access", "Data"]),
        ("ApiKeys", ["Access", "Data", "Audit"]),
        ("Protection", ["Access", "Settings", "Engine"]),
        ("Jobs", ["Access", "Data", "Audit", "Protection", "Engine"]),
        ("Verbs", ["Access", "Jobs"]),
        ("Commands", ["Access", "Settings", "Data", "Audit", "Protection", "Jobs", "Verbs", "Mattermost"]),
        ("Api", ["Access", "ApiKeys", "Protection", "Jobs"]),
        ("Cli", ["Access", "Settings", "Protection", "Jobs", "Verbs"]),
        ("Features", ["Access", "Settings", "Data", "Audit", "ApiKeys", "Protection", "Jobs", "Verbs", "Api", "Engine"]),
    ];

    [Fact]
    public void The_two_libraries_know_neither_each_other_nor_the_bot()
    {
        Assert.Empty(Sources("src/MmDrBot.Engine").SelectMany(file => Named(file).Where(name => name != "Engine").Select(name => $"{file} -> {name}")));
        Assert.Empty(Sources("src/MmDrBot.Mattermost").SelectMany(file => Named(file).Where(name => name != "Mattermost").Select(name => $"{file} -> {name}")));
        foreach (var project in new[] { "Engine", "Mattermost" })
        {
            Assert.DoesNotContain("ProjectReference", File.ReadAllText(RepositoryRoot.File($"src/MmDrBot.{project}/MmDrBot.{project}.csproj")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_room_of_the_bot_is_in_the_table_and_knows_only_rooms_below_it()
    {
        var folders = Directory.GetDirectories(RepositoryRoot.File("src/MmDrBot")).Select(Path.GetFileName).Where(folder => Sources($"src/MmDrBot/{folder}").Any());
        Assert.Equal(Rooms.Select(room => room.Room).Order(), folders.Order());

        for (var i = 0; i < Rooms.Length; i++)
        {
            var below = Rooms[..i].Select(room => room.Room).Concat(["Engine", "Mattermost"]);
            Assert.Empty(Rooms[i].Knows.Except(below));
        }
    }

    [Fact]
    public void No_arrow_between_rooms_is_missing_from_the_table_or_left_over_in_it()
    {
        foreach (var (room, knows) in Rooms)
        {
            var named = Sources($"src/MmDrBot/{room}").SelectMany(Named).Where(name => name != room).Distinct();

            Assert.Equal((room, string.Join(", ", knows.Order())), (room, string.Join(", ", named.Order())));
        }
    }

    [Fact]
    public void Features_never_name_each_other()
    {
        foreach (var file in Sources("src/MmDrBot/Features"))
        {
            var own = file.Split("/Features/")[1].Split('/')[0];
            Assert.DoesNotContain(FeatureName().Matches(Code(file)), match => match.Groups[1].Value != own);
        }
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        foreach (var file in Sources("src/MmDrBot").Concat(Sources("src/MmDrBot.Engine")))
        {
            var folder = Path.GetRelativePath(RepositoryRoot.File("src"), Path.GetDirectoryName(file)!).Replace('/', '.');
            var code = File.ReadAllText(file);
            if (Path.GetFileName(file) != "Program.cs")
            {
                Assert.True(code.Contains($"namespace {folder};", StringComparison.Ordinal), $"{file} is not in the namespace {folder}.");
            }

            Assert.DoesNotContain("global using MmDrBot", code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        Assert.DoesNotContain(Sources("src").Concat(Sources("tests")), file => File.ReadLines(file).Count() > MaximumLines);
    }

    [Fact]
    public void Only_the_REST_face_speaks_in_HTTP_status_codes()
    {
        var others = Sources("src/MmDrBot").Where(file => !file.Contains("/Api/", StringComparison.Ordinal) && !file.EndsWith("Api.cs", StringComparison.Ordinal));

        Assert.DoesNotContain(others, file => Regex.IsMatch(Code(file), @"\bStatusCodes\.|\bStatusCode\s*=[^=]"));
    }

    private static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(RepositoryRoot.File(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>The first part behind MmDrBot of every name, and rooms that are named from within without that prefix.</summary>
    private static IEnumerable<string> Named(string file) =>
        FullName().Matches(Code(file)).Select(match => match.Groups[1].Value).Concat(ShortName().Matches(Code(file)).Select(match => match.Groups[1].Value)).Distinct();

    /// <summary>Without comments, texts and the file's own namespace line.</summary>
    private static string Code(string file) => string.Join('\n', File.ReadLines(file)
        .Select(line => line.Trim())
        .Where(line => !line.StartsWith("//", StringComparison.Ordinal) && !line.StartsWith("namespace ", StringComparison.Ordinal))
        .Select(line => Text().Replace(line, "\"\"")));

    [GeneratedRegex(@"\bMmDrBot\.([A-Z]\w*)\b")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])(Access|Audit|ApiKeys|Protection|Jobs|Verbs|Commands|Cli|Features|Engine)\.(?=[A-Z])")]
    private static partial Regex ShortName();

    [GeneratedRegex(@"\bFeatures\.([A-Z]\w*)")]
    private static partial Regex FeatureName();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();
}

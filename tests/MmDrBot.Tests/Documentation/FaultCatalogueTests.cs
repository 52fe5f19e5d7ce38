using System.Text.RegularExpressions;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Documentation;

/// <summary>docs/fault-catalogue.md promises tests by name: each has to be one that runs, and a row without any has to say why.</summary>
public sealed partial class FaultCatalogueTests
{
    private const string NotOurs = "Does not apply:";
    private const int LeastReason = 40;

    private static readonly Lazy<HashSet<string>> Tests = new(() => [.. Directory.EnumerateFiles(RepositoryRoot.File("tests"), "*.cs", SearchOption.AllDirectories).SelectMany(TestsIn)]);

    [Fact]
    public void Every_row_of_the_catalogue_is_shown_by_tests_that_exist_or_says_why_not()
    {
        var page = File.ReadAllText(RepositoryRoot.File("docs/fault-catalogue.md"));

        Assert.InRange(RowsOf(page).Count(), 40, int.MaxValue);
        Assert.Empty(FaultsOf(page));
    }

    [Theory]
    [InlineData("| a bug | we do | `FaultCatalogueTests.Every_row_of_the_catalogue_is_shown_by_tests_that_exist_or_says_why_not` |", null)]
    [InlineData("| a bug | we do | `FaultCatalogueTests.No_such_test` |", "names no test: FaultCatalogueTests.No_such_test")]
    [InlineData("| a bug | we do | `FaultCatalogueTests.TestsIn` |", "names no test: FaultCatalogueTests.TestsIn")]
    [InlineData("| a bug | we do | |", "has neither a test nor a reason")]
    [InlineData("| a bug | we do | Later. |", "has neither a test nor a reason")]
    [InlineData("| a bug | we do | Does not apply: no. |", "has neither a test nor a reason")]
    [InlineData("| a bug | we do | Does not apply: nothing of that kind is written anywhere in this program. |", null)]
    [InlineData("| a bug | | `FaultCatalogueTests.Every_row_of_the_catalogue_is_shown_by_tests_that_exist_or_says_why_not` |", "does not say what is done instead")]
    [InlineData("| a bug | we do |", "does not have three columns")]
    public void A_row_that_does_not_keep_its_promise_is_found(string row, string? fault)
    {
        var faults = FaultsOf($"| Bug | Here | Shown by |\n|---|---|---|\n{row}\n").ToArray();

        Assert.Equal(fault is null ? 0 : 1, faults.Length);
        Assert.All(faults, found => Assert.EndsWith(fault!, found, StringComparison.Ordinal));
    }

    private static IEnumerable<string> FaultsOf(string page) => RowsOf(page).SelectMany(row => FaultsOf(row[0], row));

    private static IEnumerable<string> FaultsOf(string bug, string[] row)
    {
        if (row.Length != 3)
        {
            return [$"{bug}: does not have three columns"];
        }

        var named = Named().Matches(row[2]).Select(match => match.Groups[1].Value).ToArray();
        var isReason = row[2].StartsWith(NotOurs, StringComparison.Ordinal) && row[2].Length >= NotOurs.Length + LeastReason;
        return row[1].Length == 0 ? [$"{bug}: does not say what is done instead"]
            : named.Length == 0 && !isReason ? [$"{bug}: has neither a test nor a reason"]
            : named.Where(name => !Tests.Value.Contains(name)).Select(name => $"{bug}: names no test: {name}");
    }

    /// <summary>The cells of all tables' rows, headings aside.</summary>
    private static IEnumerable<string[]> RowsOf(string page)
    {
        var lines = page.Split('\n');
        return from at in Enumerable.Range(0, lines.Length)
               where lines[at].StartsWith('|') && !lines[at].StartsWith("|--", StringComparison.Ordinal)
               where at + 1 >= lines.Length || !lines[at + 1].StartsWith("|--", StringComparison.Ordinal)
               select lines[at].Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
    }

    /// <summary>With the class above each, since a file may begin with those that run it in several ways.</summary>
    private static IEnumerable<string> TestsIn(string file)
    {
        var text = File.ReadAllText(file);
        var classes = Class().Matches(text);
        return from test in Test().Matches(text)
               let type = classes.LastOrDefault(type => type.Index < test.Index)
               where type is not null
               select $"{type.Groups[1].Value}.{test.Groups[1].Value}";
    }

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^public [\w ]*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"^ *\[\w*(?:Fact|Theory)\b.*\]\s*(?:\[.*\]\s*)*public [\w<> ]*?(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}

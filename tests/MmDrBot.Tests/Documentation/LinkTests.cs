using System.Text.RegularExpressions;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Documentation;

/// <summary>Whoever begins with the README comes to every page, and no link leads nowhere.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_page_is_reached_from_the_README()
    {
        var reached = new HashSet<string> { RepositoryRoot.File("README.md") };
        var waiting = new Queue<string>(reached);
        while (waiting.TryDequeue(out var page))
        {
            foreach (var target in Links(page).SelectMany(link => Shown(link.File)).Where(reached.Add))
            {
                waiting.Enqueue(target);
            }
        }

        var pages = Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*", SearchOption.AllDirectories).Append(RepositoryRoot.File("CHANGELOG.md"));
        Assert.DoesNotContain(pages, page => !reached.Contains(page));
    }

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_of_it()
    {
        var pages = Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*.md", SearchOption.AllDirectories).Append(RepositoryRoot.File("README.md"));
        var broken = from page in pages from link in Links(page) where !Leads(link.File, link.Heading) select $"{Path.GetFileName(page)}: {link.File}#{link.Heading}";

        Assert.Empty(broken);
    }

    /// <summary>A link to a directory shows what lies in it.</summary>
    private static IEnumerable<string> Shown(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path) : File.Exists(path) ? [path] : [];

    private static bool Leads(string file, string heading) =>
        (File.Exists(file) || Directory.Exists(file))
        && (heading.Length == 0 || Heading().Matches(File.ReadAllText(file)).Any(match => Anchor(match.Groups[1].Value) == heading));

    /// <summary>As forges make it of a heading.</summary>
    private static string Anchor(string heading) => NoAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<(string File, string Heading)> Links(string page)
    {
        if (Path.GetExtension(page) != ".md")
        {
            yield break;
        }

        foreach (var target in Link().Matches(Code().Replace(File.ReadAllText(page), "")).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#', 2);
            var file = parts[0].Length == 0 ? page : Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0])));
            yield return (file, parts.Length > 1 ? parts[1] : "");
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex("(?m)^#{1,6} (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}

using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Restore;

/// <summary>The table of contents of a post-data archive, sorted by when its entries can be restored.</summary>
internal sealed partial class PostDataList
{
    private readonly ILookup<string, string> _slow;

    private PostDataList(ILookup<string, string> slow, IReadOnlyList<string> ordinary, IReadOnlyList<string> last) => (_slow, Ordinary, Last) = (slow, ordinary, last);

    /// <summary>Indexes and keys that need only rows.</summary>
    internal IReadOnlyList<string> Ordinary { get; }

    /// <summary>Everything else: foreign keys, triggers, views, comments.</summary>
    internal IReadOnlyList<string> Last { get; }

    /// <param name="lines">As `pg_restore --list` prints them.</param>
    /// <param name="script">The same archive as SQL, which tells an index's table and kind.</param>
    internal static PostDataList Make(IReadOnlyList<string> lines, string script)
    {
        // An index that is defined twice under one name in two schemas is not told apart, and left to its ordinary turn.
        var slow = SlowIndex().Matches(script).GroupBy(match => match.Groups["name"].Value).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First().Groups["table"].Value);
        var (early, ordinary, last) = (new List<(string Table, string Line)>(), new List<string>(), new List<string>());
        foreach (var line in lines)
        {
            var entry = Entry().Match(line);
            if (entry.Groups["kind"].Value == "INDEX" && slow.TryGetValue(entry.Groups["name"].Value, out var table))
            {
                early.Add((table, line));
            }
            else
            {
                (entry.Groups["kind"].Value is "INDEX" or "CONSTRAINT" ? ordinary : last).Add(line);
            }
        }

        return new PostDataList(early.ToLookup(item => item.Table, item => item.Line), ordinary, last);
    }

    /// <summary>The entries to begin once that table is filled. Tables whose names need quotes have none.</summary>
    internal IEnumerable<string> SlowIndexesOf(string schema, string table) => _slow[$"{schema}.{table}"];

    [GeneratedRegex(@"^CREATE INDEX (?<name>[a-z0-9_]+) ON (?<table>[a-z0-9_]+\.[a-z0-9_]+) USING (gin|gist|spgist) ", RegexOptions.Multiline)]
    private static partial Regex SlowIndex();

    [GeneratedRegex(@"^\d+; \d+ \d+ (?<kind>INDEX|CONSTRAINT) (?<schema>\S+) (?<name>\S+)( |$)")]
    private static partial Regex Entry();
}

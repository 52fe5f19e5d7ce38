using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Restore;

/// <summary>The table of contents of a post-data archive, sorted by when its entries can be restored.</summary>
internal sealed partial class PostDataList
{
    private readonly ILookup<string, string> _slow;

    private PostDataList(ILookup<string, string> slow, IReadOnlyList<string> ordinary, IReadOnlyList<string> last, IReadOnlyList<LateIndex> late) => (_slow, Ordinary, Last, Late) = (slow, ordinary, last, late);

    /// <summary>Indexes and keys that need only rows.</summary>
    internal IReadOnlyList<string> Ordinary { get; }

    /// <summary>Everything else: foreign keys, triggers, views, comments.</summary>
    internal IReadOnlyList<string> Last { get; }

    /// <summary>Slow indexes that are left for later, since nothing else needs them.</summary>
    internal IReadOnlyList<LateIndex> Late { get; }

    /// <param name="lines">As `pg_restore --list` prints them.</param>
    /// <param name="script">The same archive as SQL, which tells an index's table and kind.</param>
    /// <param name="searchLater">Leave slow indexes for later where that can be done.</param>
    internal static PostDataList Make(IReadOnlyList<string> lines, string script, bool searchLater = false)
    {
        // An index that is defined twice under one name in two schemas is not told apart, and left to its ordinary turn.
        var slow = SlowIndex().Matches(script).GroupBy(match => match.Groups["name"].Value).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First());
        var late = searchLater ? slow.Values.Where(index => CanWait(index, script)).Select(LateIndex.Of).ToList() : [];
        var names = late.Select(index => index.Name).ToHashSet();
        var (early, ordinary, last) = (new List<(string Table, string Line)>(), new List<string>(), new List<string>());
        foreach (var line in lines)
        {
            var entry = Entry().Match(line);
            if (entry.Groups["kind"].Value == "INDEX" && slow.TryGetValue(entry.Groups["name"].Value, out var index))
            {
                if (!names.Contains(entry.Groups["name"].Value))
                {
                    early.Add((index.Groups["table"].Value, line));
                }
            }
            else
            {
                (entry.Groups["kind"].Value is "INDEX" or "CONSTRAINT" ? ordinary : last).Add(line);
            }
        }

        return new PostDataList(early.ToLookup(item => item.Table, item => item.Line), ordinary, last, late);
    }

    /// <summary>The entries to begin once that table is filled. Tables whose names need quotes have none.</summary>
    internal IEnumerable<string> SlowIndexesOf(string schema, string table) => _slow[$"{schema}.{table}"];

    /// <summary>A comment, a partition or a tablespace of its own needs the index in its turn.</summary>
    private static bool CanWait(Match index, string script) =>
        !OwnTablespace().IsMatch(script)
        && script.Split('\n').Count(line => !line.StartsWith("--", StringComparison.Ordinal) && Regex.IsMatch(line, $@"\b{index.Groups["name"].Value}\b")) == 1;

    [GeneratedRegex(@"^CREATE INDEX (?<name>[a-z0-9_]+) ON (?<table>[a-z0-9_]+\.[a-z0-9_]+) USING (gin|gist|spgist) [^\n]+;$", RegexOptions.Multiline)]
    private static partial Regex SlowIndex();

    [GeneratedRegex(@"^SET default_tablespace = (?!'')", RegexOptions.Multiline)]
    private static partial Regex OwnTablespace();

    [GeneratedRegex(@"^\d+; \d+ \d+ (?<kind>INDEX|CONSTRAINT) (?<schema>\S+) (?<name>\S+)( |$)")]
    private static partial Regex Entry();
}

/// <summary>An index that is built beside whoever uses its table.</summary>
/// <param name="Schema">Of the table, and so of the index.</param>
/// <param name="Table">By its name.</param>
/// <param name="Name">The index's.</param>
/// <param name="Statement">Makes it without keeping anybody from writing.</param>
internal sealed record LateIndex(string Schema, string Table, string Name, string Statement)
{
    internal static LateIndex Of(Match definition)
    {
        var table = definition.Groups["table"].Value.Split('.');
        return new LateIndex(table[0], table[1], definition.Groups["name"].Value, "CREATE INDEX CONCURRENTLY" + definition.Value["CREATE INDEX".Length..]);
    }
}

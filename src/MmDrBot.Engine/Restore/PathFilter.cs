using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Restore;

/// <summary>Chooses the entries that wanted paths name: the path itself, what lies below it, and the directories that lead to it.</summary>
internal static class PathFilter
{
    internal static bool Includes(IReadOnlyList<string> wanted, FileEntry entry) =>
        wanted.Count == 0 || wanted.Any(path => IsBelow(entry.Path, path.Trim('/')) || (entry.IsDirectory && IsBelow(path.Trim('/'), entry.Path)));

    internal static bool IsBelow(string path, string parent) =>
        parent.Length == 0 || path == parent || path.StartsWith(parent + "/", StringComparison.Ordinal);
}

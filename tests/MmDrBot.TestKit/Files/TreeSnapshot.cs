using System.Security.Cryptography;

namespace MmDrBot.TestKit.Files;

/// <summary>All that a backup must bring back of a folder's content, as a list that can be compared.</summary>
public sealed class TreeSnapshot
{
    private readonly SortedDictionary<string, TreeEntry> entries = new(StringComparer.Ordinal);

    private TreeSnapshot()
    {
    }

    /// <summary>The entries by path, relative to the folder; the folder itself is ".".</summary>
    public IReadOnlyDictionary<string, TreeEntry> Entries => entries;

    /// <summary>Reads a folder; links are not followed.</summary>
    public static TreeSnapshot Of(string folder)
    {
        var snapshot = new TreeSnapshot();
        snapshot.Add(folder, ".");

        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        snapshot.AddChildren(folder, "", options);

        return snapshot;
    }

    /// <summary>
    /// What <paramref name="actual"/> lacks, has too much or has otherwise, one line each; empty when both are equal:
    /// <c>Assert.Empty(expected.DifferencesTo(actual))</c>.
    /// </summary>
    public IReadOnlyList<string> DifferencesTo(TreeSnapshot actual) =>
    [
        .. from path in entries.Keys.Union(actual.entries.Keys).Order(StringComparer.Ordinal)
           let expectedEntry = entries.GetValueOrDefault(path)
           let actualEntry = actual.entries.GetValueOrDefault(path)
           where expectedEntry != actualEntry
           select Describe(expectedEntry, actualEntry),
    ];

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', entries.Values);

    private static string Describe(TreeEntry? expected, TreeEntry? actual) => (expected, actual) switch
    {
        (not null, null) => $"missing:  {expected}",
        (null, not null) => $"surplus:  {actual}",
        _ => $"expected: {expected}\n  actual: {actual}",
    };

    private void AddChildren(string folder, string prefix, EnumerationOptions options)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", options))
        {
            var name = prefix + System.IO.Path.GetFileName(path);

            if (Add(path, name).Type == "directory")
            {
                AddChildren(path, name + "/", options);
            }
        }
    }

    private TreeEntry Add(string path, string name)
    {
        var stat = Posix.Stat(path);
        var isFile = stat.Type == "file";
        var isLink = stat.Type == "link";
        var entry = new TreeEntry(
            name,
            stat.Type,
            isLink ? 0 : stat.Permissions,
            stat.UserId,
            stat.GroupId,
            isFile ? stat.Size : 0,
            stat.Modified,
            isFile ? Hash(path) : null,
            isLink ? new FileInfo(path).LinkTarget : null);
        entries.Add(name, entry);

        return entry;
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);

        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

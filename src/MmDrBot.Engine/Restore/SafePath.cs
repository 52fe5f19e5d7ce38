using System.Text;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Restore;

/// <summary>Keeps a list's paths inside the directory that is restored into, whoever wrote the list.</summary>
internal static class SafePath
{
    private const int LongestName = 255;

    internal static string Combine(string root, string path) =>
        path.Length == 0 ? root
        : IsSafe(path) ? $"{root}/{path}"
        : throw new EngineException(EngineFault.Damaged, $"A list of files holds the path {path}, which leads out of the directory; it is not restored.");

    /// <summary>What an object of a bucket is in a directory: a key that ends in `/` and holds nothing stands for a directory; null where no file can have the name.</summary>
    internal static FileEntry? FileOf(FileEntry item) => item switch
    {
        { Size: 0 } when item.Path.EndsWith('/') && IsFileName(item.Path[..^1]) => item with { Path = item.Path[..^1], Type = "d" },
        _ => IsFileName(item.Path) ? item : null,
    };

    private static bool IsSafe(string path) =>
        path[0] != '/' && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static bool IsFileName(string key) => key.Length > 0 && IsSafe(key) && key.Split('/').All(part => Encoding.UTF8.GetByteCount(part) <= LongestName);
}

using System.IO.Hashing;
using System.Text;

namespace MmDrBot.Engine.Backup;

/// <summary>Remembers the sizes of files, their paths by 16 bytes each.</summary>
internal sealed class PathSizes
{
    private readonly Dictionary<UInt128, long> _sizes = [];

    internal static PathSizes None { get; } = new();

    internal void Add(string path, long size) => _sizes[Hash(path)] = size;

    /// <summary>Null where there is no such file.</summary>
    internal long? Find(string path) => _sizes.TryGetValue(Hash(path), out var size) ? size : null;

    private static UInt128 Hash(string path) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(path));
}

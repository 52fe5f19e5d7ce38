using System.IO.Hashing;
using System.Text;

namespace MmDrBot.Engine.Backup;

/// <summary>Remembers paths by 16 bytes each.</summary>
internal sealed class PathSet
{
    private readonly HashSet<UInt128> _hashes = [];

    internal static PathSet None { get; } = new();

    internal void Add(string path) => _hashes.Add(Hash(path));

    internal bool Contains(string path) => _hashes.Contains(Hash(path));

    private static UInt128 Hash(string path) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(path));
}

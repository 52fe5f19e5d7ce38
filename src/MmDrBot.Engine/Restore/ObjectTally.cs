using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// How many objects there are, how large, and one number that depends on the name, size and ETag of each but not on their order: two tallies
/// are equal when, as good as certainly, the objects are. Takes the same memory for any number of them. Safe for use by several threads.
/// </summary>
internal sealed class ObjectTally
{
    private readonly Lock _lock = new();
    private UInt128 _sum;

    internal long Objects { get; private set; }

    internal long Bytes { get; private set; }

    internal void Add(string name, long size, string etag)
    {
        var text = Encoding.UTF8.GetBytes($"{name}\0{etag}\0{size}");
        var hash = BinaryPrimitives.ReadUInt128LittleEndian(XxHash128.Hash(text));
        lock (_lock)
        {
            _sum = unchecked(_sum + hash);
            Objects++;
            Bytes += size;
        }
    }

    internal bool IsSameAs(ObjectTally other) => (_sum, Objects, Bytes) == (other._sum, other.Objects, other.Bytes);
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Finds boundaries by content: a gear hash rolls over the bytes, and a boundary stands where its high bits are all zero. The table
/// depends on the repository's key, so that chunk lengths do not give away what is stored.
/// </summary>
internal sealed class Chunker
{
    internal const int Minimum = 256 << 10;
    internal const int Average = 1 << 20;
    internal const int Maximum = 2 << 20;

    // FastCDC's normalisation: harder to meet before the average length, easier after it.
    private const ulong Strict = 0xFFFFFC0000000000; // 22 bits
    private const ulong Loose = 0xFFFFC00000000000;  // 18 bits

    private readonly ulong[] _gear = new ulong[256];

    internal Chunker(MasterKey key)
    {
        Span<byte> table = stackalloc byte[_gear.Length * sizeof(ulong)];
        HKDF.Expand(HashAlgorithmName.SHA256, key.Derive("chunker", []), table, "gear"u8);
        for (var i = 0; i < _gear.Length; i++)
        {
            _gear[i] = BinaryPrimitives.ReadUInt64LittleEndian(table[(i * sizeof(ulong))..]);
        }
    }

    /// <summary>The length of the first chunk of <paramref name="data"/>, which has <see cref="Maximum"/> bytes or reaches the content's end.</summary>
    internal int FirstChunk(ReadOnlySpan<byte> data)
    {
        if (data.Length <= Minimum)
        {
            return data.Length;
        }

        var end = Math.Min(data.Length, Maximum);
        var hash = 0UL;
        var middle = Math.Min(end, Average);
        var at = Scan(data[..middle], Minimum, Strict, ref hash);
        return at < middle ? at : Scan(data[..end], middle, Loose, ref hash);
    }

    private int Scan(ReadOnlySpan<byte> data, int at, ulong mask, ref ulong hash)
    {
        var gear = _gear.AsSpan(0, 256);
        var rolling = hash;
        for (; at < data.Length; at++)
        {
            rolling = (rolling << 1) + gear[data[at]];
            if ((rolling & mask) == 0)
            {
                hash = rolling;
                return at + 1;
            }
        }

        hash = rolling;
        return at;
    }
}

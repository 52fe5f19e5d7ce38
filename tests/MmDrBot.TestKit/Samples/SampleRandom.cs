using System.Runtime.InteropServices;

namespace MmDrBot.TestKit.Samples;

/// <summary>SplitMix64: the same numbers on every version of .NET, cheap to start for every row, and quick for gigabytes.</summary>
internal struct SampleRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>The generator of one thing: the post 17 of the sample with this seed.</summary>
    public static SampleRandom For(int seed, SampleKind kind, long index) =>
        new(Mix(((ulong)(uint)seed << 32) ^ ((ulong)kind << 56) ^ Mix((ulong)index)));

    public ulong NextUInt64() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 (inclusive) to <paramref name="limit"/> (exclusive).</summary>
    public int Next(int limit) => (int)(NextDouble() * limit);

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A log-normal number: <paramref name="median"/> is its median, <paramref name="sigma"/> the spread of its logarithm.</summary>
    public double NextLogNormal(double median, double sigma)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

        return median * Math.Exp(sigma * normal);
    }

    public void Fill(Span<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);

        for (var i = 0; i < words.Length; i++)
        {
            words[i] = NextUInt64();
        }

        for (var i = words.Length * sizeof(ulong); i < bytes.Length; i++)
        {
            bytes[i] = (byte)NextUInt64();
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;

        return value ^ (value >> 31);
    }
}

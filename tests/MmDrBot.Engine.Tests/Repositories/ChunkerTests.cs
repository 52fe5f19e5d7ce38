using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Repositories;

public sealed class ChunkerTests
{
    private static readonly Chunker Chunker = new(TestKey.Create());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunker.Minimum)]
    [InlineData(Chunker.Minimum + 1)]
    [InlineData(Chunker.Average)]
    [InlineData(Chunker.Maximum - 1)]
    [InlineData(Chunker.Maximum)]
    [InlineData(20_000_000)]
    public void Chunks_have_lengths_between_the_limits_and_cover_the_content(int size)
    {
        foreach (var content in new[] { Random(size, 7), new byte[size], [.. Enumerable.Range(0, size).Select(i => (byte)(i / 1000))] })
        {
            var chunks = Cut(content);
            Assert.Equal(size, chunks.Sum(chunk => chunk.Length));
            Assert.All(chunks, chunk => Assert.InRange(chunk.Length, 1, Chunker.Maximum));
            Assert.All(chunks.SkipLast(1), chunk => Assert.InRange(chunk.Length, Chunker.Minimum, Chunker.Maximum));
        }
    }

    [Fact]
    public void Chunks_are_about_as_long_as_meant() =>
        Assert.InRange(Cut(Random(80_000_000, 3)).Average(chunk => chunk.Length), Chunker.Average * 0.7, Chunker.Average * 1.5);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1000)]
    [InlineData(3, 300_000)]
    [InlineData(4, -1)]
    [InlineData(5, -50_000)]
    public void A_change_in_the_middle_changes_only_chunks_nearby(int seed, int change)
    {
        var content = Random(40_000_000, seed);
        var at = 10_000_000 + (seed * 1_234_567);
        byte[] changed = change > 0 ? [.. content[..at], .. Random(change, -seed), .. content[at..]] : [.. content[..at], .. content[(at - change)..]];

        var before = Cut(content).Select(Hash).ToHashSet();
        var fresh = Cut(changed).Count(chunk => !before.Contains(Hash(chunk)));

        Assert.InRange(fresh, 1, 6);
    }

    [Fact]
    public void Another_key_cuts_elsewhere()
    {
        var content = Random(20_000_000, 5);
        var other = new Chunker(TestKey.Create(seed: 2));

        Assert.NotEqual(Cut(content).Select(chunk => chunk.Length), Cut(content, other).Select(chunk => chunk.Length));
    }

    private static List<byte[]> Cut(byte[] content, Chunker? chunker = null)
    {
        var chunks = new List<byte[]>();
        for (var at = 0; at < content.Length;)
        {
            var length = (chunker ?? Chunker).FirstChunk(content.AsSpan(at, Math.Min(content.Length - at, Chunker.Maximum)));
            chunks.Add(content[at..(at + length)]);
            at += length;
        }

        return chunks;
    }

    private static BlobId Hash(byte[] chunk) => ObjectNames.HashOf(chunk);

    private static byte[] Random(int size, int seed)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }
}

using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Tests.Repositories;

public sealed class ChunkerTests
{
    private readonly Chunker _chunker = new(new MasterKey(new byte[32], "00"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Chunks_join_to_the_content_and_keep_their_limits(int seed)
    {
        var content = RandomContent(seed, 12_000_000);

        var lengths = Cut(content);

        Assert.Equal(content.Length, lengths.Sum());
        Assert.All(lengths[..^1], length => Assert.InRange(length, Chunker.Minimum, Chunker.Maximum));
        Assert.InRange(lengths[^1], 1, Chunker.Maximum);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void An_insertion_changes_only_chunks_near_it(int seed)
    {
        var content = RandomContent(seed, 12_000_000);
        byte[] changed = [.. content[..3_000_000], .. "inserted"u8, .. content[3_000_000..]];

        var before = Pieces(content);
        var after = Pieces(changed);

        Assert.InRange(after.Except(before).Count(), 1, 4);
    }

    [Fact]
    public void Another_key_cuts_elsewhere()
    {
        var other = new Chunker(new MasterKey([.. Enumerable.Repeat((byte)1, 32)], "00"));
        var content = RandomContent(6, 12_000_000);

        Assert.NotEqual(_chunker.FirstChunk(content.AsSpan(0, Chunker.Maximum)), other.FirstChunk(content.AsSpan(0, Chunker.Maximum)));
    }

    private static byte[] RandomContent(int seed, int length)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    private List<int> Cut(byte[] content)
    {
        var lengths = new List<int>();
        for (var start = 0; start < content.Length; start += lengths[^1])
        {
            lengths.Add(_chunker.FirstChunk(content.AsSpan(start, Math.Min(Chunker.Maximum, content.Length - start))));
        }

        return lengths;
    }

    private HashSet<string> Pieces(byte[] content)
    {
        var pieces = new HashSet<string>();
        var start = 0;
        foreach (var length in Cut(content))
        {
            pieces.Add(ObjectNames.HashOf(content.AsSpan(start, length)).ToString());
            start += length;
        }

        return pieces;
    }
}

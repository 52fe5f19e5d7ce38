using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Tests.Repositories;

public sealed class StreamTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Streams_of_any_length_come_back()
    {
        await using var bench = await BlobBench.CreateAsync();
        var sizes = new[] { 0, 1, 31, 32, 33, 5000 }.Concat(new[] { Chunker.Minimum, Chunker.Average, Chunker.Maximum, 2 * Chunker.Maximum }.SelectMany(limit => new[] { limit - 1, limit, limit + 1 })).Append(11_000_000).ToArray();
        var stored = new List<(byte[] Content, StreamRef Stream)>();
        foreach (var size in sizes)
        {
            var content = new byte[size];
            new Random(size).NextBytes(content);
            stored.Add((content, await bench.StoreAsync(content)));
            stored.Add((new byte[size], await bench.StoreAsync(new byte[size])));
        }

        await bench.CompleteAsync();

        foreach (var (content, stream) in stored)
        {
            Assert.Equal(content.Length, stream.Size);
            Assert.Equal(content.Length == 0, stream.Root is null);
            var read = await bench.Reader.ReadAllAsync(stream, None);
            Assert.True(content.AsSpan().SequenceEqual(read));
        }
    }

    [Fact]
    public async Task Content_that_trickles_in_is_cut_as_if_it_came_at_once()
    {
        await using var bench = await BlobBench.CreateAsync();
        var content = new byte[9_000_000];
        new Random(1).NextBytes(content);

        var whole = await bench.StoreAsync(content);
        var trickled = await bench.Writer.StoreAsync(new TricklingStream(content), null, None);

        Assert.Equal(whole, trickled);
    }

    [Fact]
    public async Task Lists_of_lists_are_read_in_order()
    {
        await using var bench = await BlobBench.CreateAsync();
        var leaves = new[] { "a", "bc", "def" }.Select(text => System.Text.Encoding.ASCII.GetBytes(text)).ToArray();
        var ids = new List<BlobId>();
        foreach (var leaf in leaves)
        {
            ids.Add((await bench.StoreAsync(leaf)).Root!.Value);
        }

        var random = new Random(2);
        var order = Enumerable.Range(0, 400_000).Select(_ => random.Next(3)).ToArray();
        var list = new byte[order.Length * BlobId.Length];
        for (var i = 0; i < order.Length; i++)
        {
            ids[order[i]].CopyTo(list.AsSpan(i * BlobId.Length));
        }

        var below = await bench.StoreAsync(list);
        await bench.CompleteAsync();
        var expected = string.Concat(order.Select(i => System.Text.Encoding.ASCII.GetString(leaves[i])));
        var stream = new StreamRef(expected.Length, below.Depth + 1, below.Root);

        Assert.True(stream.Depth >= 2);
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(await bench.Reader.ReadAllAsync(stream, None)));
        var all = new HashSet<BlobId>();
        await foreach (var id in bench.Reader.AllBlobsAsync(stream, None))
        {
            all.Add(id);
        }

        Assert.Superset(ids.ToHashSet(), all);
        await foreach (var id in bench.Reader.ContentBlobsAsync(new StreamRef(list.Length, below.Depth, below.Root), None))
        {
            Assert.Contains(id, all);
        }
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(int.MinValue, 3)]
    [InlineData(1, 3)]
    [InlineData(7, 3)]
    [InlineData(1_000_000, 3)]
    [InlineData(0, 4)]
    [InlineData(0, -3)]
    public async Task A_stream_that_cannot_be_is_damage(int depth, long size)
    {
        await using var bench = await BlobBench.CreateAsync();
        var stored = await bench.StoreAsync("abc"u8.ToArray());
        await bench.CompleteAsync();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => bench.Reader.ReadAllAsync(new StreamRef(size, depth, stored.Root), None));

        Assert.Equal(EngineFault.Damaged, refusal.Fault);
    }

    [Fact]
    public async Task A_list_of_files_whose_store_failed_ends_instead_of_waiting_for_ever()
    {
        await using var bench = await BlobBench.CreateAsync(new CancellationToken(canceled: true));
        await using var list = new FileListWriter(bench.Writer, None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            for (var i = 0; i < 200_000; i++)
            {
                await list.AddAsync(new FileEntry { Path = $"{i:d9}/{Guid.NewGuid()}", Type = "f" }, None);
            }

            await list.CompleteAsync();
        }).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private sealed class TricklingStream(byte[] content) : MemoryStream(content)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (_reads++ * 7919 % 100_000))], cancellationToken);
    }
}

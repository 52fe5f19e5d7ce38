using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Tests.ObjectStores;

/// <summary>What every place that holds a repository has to do.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    internal IObjectStore Store { get; private set; } = null!;

    /// <summary>More than a page of any listing.</summary>
    protected virtual int Many => 2_500;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual Task DisposeAsync() => Task.CompletedTask;

    internal abstract Task<IObjectStore> OpenAsync();

    [Fact]
    public async Task What_was_created_reads_back_at_once()
    {
        var content = Content(100_000);

        Assert.True(await Store.CreateAsync("packs/ab/one", content, None));

        Assert.Equal(content, await Store.ReadAllAsync("packs/ab/one", 1 << 20, None));
        Assert.Equal(content.Length, await Store.FindAsync("packs/ab/one", None));
        Assert.Equal(["packs/ab/one"], await NamesAsync(""));
    }

    [Fact]
    public async Task A_taken_name_is_left_as_it_was()
    {
        await Store.CreateAsync("keys/a", "first"u8.ToArray(), None);

        Assert.False(await Store.CreateAsync("keys/a", "other"u8.ToArray(), None));

        Assert.Equal("first"u8.ToArray(), await Store.ReadAllAsync("keys/a", 100, None));
    }

    [Fact]
    public async Task Of_sixteen_who_create_the_same_name_exactly_one_succeeds()
    {
        var contents = Enumerable.Range(0, 16).Select(i => Enumerable.Repeat((byte)i, 5_000).ToArray()).ToArray();

        var created = await Task.WhenAll(contents.Select(content => Task.Run(() => Store.CreateAsync("manifests/race", content, None))));

        Assert.Single(created, true);
        Assert.Equal(contents[Array.IndexOf(created, true)], await Store.ReadAllAsync("manifests/race", 1 << 20, None));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1000)]
    [InlineData(1, 998)]
    [InlineData(999, 1)]
    [InlineData(500, 0)]
    [InlineData(0, 0)]
    public async Task Any_range_within_an_object_can_be_read(int offset, int length)
    {
        var content = Content(1000);
        await Store.CreateAsync("range", content, None);
        var read = new byte[length];

        await Store.ReadAsync("range", offset, read, None);

        Assert.Equal(content.AsSpan(offset, length).ToArray(), read);
    }

    [Theory]
    [InlineData(0, 1001)]
    [InlineData(999, 2)]
    [InlineData(1000, 1)]
    [InlineData(5000, 10)]
    public async Task A_range_past_the_end_is_an_end_of_stream(int offset, int length)
    {
        await Store.CreateAsync("short", Content(1000), None);

        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.ReadAsync("short", offset, new byte[length], None));
    }

    [Fact]
    public async Task What_is_missing_is_not_found()
    {
        await Store.CreateAsync("there/x", Content(1), None);

        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.ReadAsync("there/y", 0, new byte[1], None));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.ReadAsync("nowhere/y", 0, new byte[1], None));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.ReadAllAsync("there/y", 10, None));
        Assert.Null(await Store.FindAsync("there/y", None));
        Assert.Null(await Store.FindAsync("nowhere/y", None));
        Assert.Empty(await NamesAsync("nowhere/"));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        Assert.True(await Store.CreateAsync("empty", ReadOnlyMemory<byte>.Empty, None));
        Assert.False(await Store.CreateAsync("empty", ReadOnlyMemory<byte>.Empty, None));

        Assert.Equal(0, await Store.FindAsync("empty", None));
        Assert.Empty(await Store.ReadAllAsync("empty", 10, None));
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.ReadAsync("empty", 0, new byte[1], None));
    }

    [Fact]
    public async Task A_prefix_chooses_what_is_listed_with_sizes()
    {
        foreach (var (name, size) in new[] { ("a/b/c", 3), ("a/b/d", 4), ("a/bc", 5), ("ab", 6), ("b/a/b/c", 7) })
        {
            await Store.CreateAsync(name, Content(size), None);
        }

        Assert.Equal(["a/b/c", "a/b/d"], await NamesAsync("a/b/"));
        Assert.Equal(["a/b/c", "a/b/d", "a/bc"], await NamesAsync("a/b"));
        Assert.Equal(["a/b/c", "a/b/d", "a/bc", "ab"], await NamesAsync("a"));
        Assert.Equal([3L, 4, 5, 6, 7], (await Store.ListAllAsync("", None)).Select(item => item.Size).Order());
        Assert.All(await Store.ListAllAsync("", None), item => Assert.NotEqual(default, item.Modified));
    }

    [Fact]
    public async Task Many_objects_are_all_listed_and_all_deleted()
    {
        var names = Enumerable.Range(0, Many).Select(i => $"many/{i % 16:x2}/{i:d5}").ToArray();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (name, cancellationToken) => await Store.CreateAsync(name, "x"u8.ToArray(), cancellationToken));

        Assert.Equal(names.Order(StringComparer.Ordinal), await NamesAsync("many/"));

        await Store.DeleteAsync(names, None);
        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task Deleting_what_is_missing_is_no_error()
    {
        await Store.CreateAsync("here/a", Content(1), None);

        await Store.DeleteAsync(["here/b"], None);
        await Store.DeleteAsync(["nowhere/b", "here/a", "here/a"], None);
        await Store.DeleteAsync([], None);

        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task A_deleted_name_can_be_created_again()
    {
        await Store.CreateAsync("again", "one"u8.ToArray(), None);
        await Store.DeleteAsync(["again"], None);

        Assert.True(await Store.CreateAsync("again", "two"u8.ToArray(), None));
        Assert.Equal("two"u8.ToArray(), await Store.ReadAllAsync("again", 10, None));
    }

    [Theory]
    [InlineData(16 << 20, true)]
    [InlineData((16 << 20) + 4_321, true)]
    [InlineData(16 << 20, false)]
    public async Task A_pack_of_16_MB_comes_back_whole(int size, bool aligned)
    {
        var buffer = new AlignedBuffer(size + 1);
        var content = aligned ? buffer.Memory[..size] : buffer.Memory.Slice(1, size);
        new Random(size).NextBytes(content.Span);

        Assert.True(await Store.CreateAsync("packs/00/large", content, None));

        var read = await Store.ReadAllAsync("packs/00/large", size, None);
        Assert.True(content.Span.SequenceEqual(read));
    }

    [Fact]
    public async Task A_cancelled_create_leaves_the_whole_object_or_nothing()
    {
        var content = Content(4 << 20);
        for (var i = 0; i < 8; i++)
        {
            using var stop = new CancellationTokenSource();
            var creating = Store.CreateAsync($"cancelled/{i}", content, stop.Token);
            for (var turn = 0; turn < i * 4; turn++)
            {
                await Task.Yield();
            }

            await stop.CancelAsync();
            var failure = await Record.ExceptionAsync(() => creating);

            Assert.True(failure is null or OperationCanceledException, failure?.ToString());
            Assert.True(await Store.FindAsync($"cancelled/{i}", None) is { } size ? size == content.Length : failure is not null);
        }

        Assert.Empty(await Store.LeftoversAsync(remove: false, None));
    }

    [Fact]
    public async Task Nothing_happens_once_cancelled()
    {
        await Store.CreateAsync("there", Content(10), None);
        var stopped = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CreateAsync("new", Content(10), stopped));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.DeleteAsync(["there"], stopped));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("there", 0, new byte[10], stopped));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAllAsync("", stopped));

        Assert.Equal(["there"], await NamesAsync(""));
    }

    protected static byte[] Content(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private async Task<string[]> NamesAsync(string prefix) => [.. (await Store.ListAllAsync(prefix, None)).Select(item => item.Name).Order(StringComparer.Ordinal)];
}

using System.Runtime.CompilerServices;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Faults;

namespace MmDrBot.Engine.Tests.Replication;

public sealed class DamageOnTheWayTests
{
    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    /// <summary>Each call to the copy's store is the last one in turn; what is there then is never a false restore point, and the next run goes on.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_replication_that_breaks_off_anywhere_leaves_a_sound_copy_and_goes_on(FaultKind kind)
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        for (var at = 1; ; at++)
        {
            bench.Target.Objects.Clear();
            var faulty = new FaultyObjectStore(bench.Target, kind, at);
            try
            {
                await bench.ReplicateAsync(target: faulty);
            }
            catch (Exception failure) when (failure is IOException or EngineException)
            {
            }

            if (!faulty.Struck)
            {
                break;
            }

            if (bench.Target.Objects.Keys.Any(name => name.StartsWith("manifests/", StringComparison.Ordinal)))
            {
                await bench.AssertWholeAsync($"{kind} at call {at}", bench.Copy, first, second);
            }

            await bench.ReplicateAsync();
            Assert.Equal([first.Id, second.Id], await bench.PointsAsync());
            await bench.AssertWholeAsync($"gone on after {kind} at call {at}", bench.Copy);
        }
    }

    [Theory]
    [InlineData("packs/")]
    [InlineData("keys/")]
    [InlineData("manifests/")]
    public async Task A_byte_that_changes_on_the_way_is_caught_and_sent_again(string folder)
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();

        var result = await bench.ReplicateAsync(target: new GarblingStore(bench.Target, folder, times: 1));

        Assert.Empty(result.Problems);
        await bench.AssertWholeAsync(folder);
    }

    [Theory]
    [InlineData("packs/")]
    [InlineData("manifests/")]
    public async Task A_store_that_garbles_always_gets_no_restore_point(string folder)
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();

        var result = await bench.ReplicateAsync(target: new GarblingStore(bench.Target, folder, times: int.MaxValue));

        Assert.Empty(result.Copied);
        Assert.Single(result.Missing);
        Assert.Contains(result.Problems, problem => problem.Contains("did not arrive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_damaged_at_its_source_is_named_and_the_rest_is_copied()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var before = bench.Main.Store.Objects.Keys.ToHashSet();
        var second = await bench.ChangeAndBackUpAsync();
        var pack = bench.Main.Store.Objects.Keys.First(name => name.StartsWith("packs/", StringComparison.Ordinal) && !before.Contains(name));
        bench.Main.Store.Objects[pack][50] ^= 1;

        var result = await bench.ReplicateAsync();

        Assert.Equal([first.Id], result.Copied);
        Assert.Equal([second.Id], result.Missing.Select(point => point.Id));
        Assert.Contains(result.Problems, problem => problem.Contains(second.Id.ToString(), StringComparison.Ordinal) && problem.Contains(pack, StringComparison.Ordinal));
        await bench.AssertWholeAsync("damaged at the source", second);
    }

    [Fact]
    public async Task Garbage_under_a_packs_name_in_the_copy_is_replaced()
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();
        foreach (var (name, content) in bench.Main.Store.Objects.Where(item => item.Key.StartsWith("packs/", StringComparison.Ordinal)))
        {
            bench.Target.Objects[name] = new byte[content.Length];
        }

        bench.Target.Objects["repository.json"] = bench.Main.Store.Objects["repository.json"];
        var result = await bench.ReplicateAsync();

        Assert.Empty(result.Problems);
        await bench.AssertWholeAsync("garbage");
    }

    /// <summary>Flips a bit in what is written below a folder.</summary>
    private sealed class GarblingStore(IObjectStore inner, string folder, int times) : IObjectStore
    {
        private int _left = times;

        public string Location => inner.Location;

        public int Parallelism => inner.Parallelism;

        public bool HasCheapRanges => inner.HasCheapRanges;

        public Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            if (!name.StartsWith(folder, StringComparison.Ordinal) || Interlocked.Decrement(ref _left) < 0)
            {
                return inner.CreateAsync(name, content, cancellationToken);
            }

            var garbled = content.ToArray();
            garbled[garbled.Length / 2] ^= 1;
            return inner.CreateAsync(name, garbled, cancellationToken);
        }

        public Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken) => inner.ReadAsync(name, offset, destination, cancellationToken);

        public Task<long?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

        public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var item in inner.ListAsync(prefix, cancellationToken))
            {
                yield return item;
            }
        }

        public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => inner.DeleteAsync(names, cancellationToken);

        public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => inner.LeftoversAsync(remove, cancellationToken);
    }
}

using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class ReadBackTests
{
    [Fact]
    public async Task Damage_in_what_is_read_is_found_and_recorded()
    {
        using var world = await SmallWorld.CreateAsync();
        var point = await world.BackUpAsync();
        var readBack = new ReadBack(world.Repository.Repository, world.Repository.Time);
        var packs = (await readBack.PacksAsync(CancellationToken.None)).Keys.ToHashSet();

        Assert.True((await readBack.RunAsync(packs, null, CancellationToken.None)).IsGood);
        var name = world.Repository.Store.Objects.Keys.First(key => key.StartsWith("packs/", StringComparison.Ordinal));
        var bytes = world.Repository.Store.Objects.First(item => item.Key == name).Value;
        bytes[bytes.Length / 2] ^= 1;
        var findings = await readBack.RunAsync(packs, null, CancellationToken.None);

        Assert.Contains(name, Assert.Single(findings.Damage), StringComparison.Ordinal);
        Assert.Contains(world.Repository.Store.Objects.Keys, key => key.StartsWith("distrusted/", StringComparison.Ordinal));
        Assert.Equal([point.Id], findings.Losses.Keys);
        var check = await new RepositoryChecker(world.Repository.Repository, world.Repository.Time).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None);
        Assert.Equal([point.Id], check.Losses.Keys);

        // The next backup stores anew what was lost, and with it the restore point is whole again.
        await world.BackUpAsync();
        var healed = await readBack.RunAsync(packs, null, CancellationToken.None);
        Assert.True(healed.IsGood);
        Assert.Empty(healed.Losses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pack_that_is_gone_or_cut_short_is_found_on_whichever_day(bool gone)
    {
        using var world = await SmallWorld.CreateAsync();
        var old = await world.BackUpAsync();
        world.Change();
        await world.BackUpAsync();
        var (store, readBack) = (world.Repository.Store, new ReadBack(world.Repository.Repository, world.Repository.Time));
        var index = await LoadedIndex.ReadAsync(world.Repository.Repository, CancellationToken.None);
        var needed = await NeededBlobs.OfAsync(old, new BlobReader(world.Repository.Repository, index.ToBlobIndex()), CancellationToken.None).ToListAsync();
        var name = ObjectNames.Of(ObjectKind.Pack, index.Packs.Values.First(pack => pack.Blobs.Any(blob => needed.Contains(blob.Id))).Id);
        Assert.True(store.Objects.TryRemove(name, out var content));
        if (!gone)
        {
            store.Objects[name] = content[..^1];
        }

        var findings = await readBack.RunAsync(new HashSet<BlobId>(), null, CancellationToken.None);

        Assert.StartsWith(name + (gone ? " is missing" : $" has {content.Length - 1} bytes"), Assert.Single(findings.Damage), StringComparison.Ordinal);
        Assert.Contains(old.Id, findings.Losses.Keys);
    }

    /// <summary>A year of days: the repository grows, shrinks and stands still, and no byte is older than thirty days.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_byte_is_read_within_thirty_days_however_the_repository_changes(int seed)
    {
        var random = new Random(seed);
        var (packs, since) = (new Dictionary<BlobId, long>(), new Dictionary<BlobId, DateTimeOffset>());
        var today = new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
        Add(random.Next(1, 400));
        for (var day = 0; day < 365; day++, today = today.AddDays(1))
        {
            foreach (var gone in packs.Keys.Where(_ => day % 40 == 20 && random.Next(3) == 0).ToArray())
            {
                packs.Remove(gone);
                since.Remove(gone);
            }

            Add(random.Next(day % 90 < 10 ? 60 : 4));
            foreach (var id in packs.Keys.Where(id => !since.ContainsKey(id)))
            {
                since[id] = today;
            }

            foreach (var read in ReadBack.Choose(packs, since, 1.0 / 30))
            {
                since[read] = today;
            }

            Assert.All(since.Values, at => Assert.InRange((today - at).TotalDays, 0, 30));
        }

        void Add(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var bytes = new byte[BlobId.Length];
                random.NextBytes(bytes);
                packs[BlobId.From(bytes)] = random.Next(1, 33) << 20;
            }
        }
    }

    [Fact]
    public void Without_memory_each_pack_has_its_day()
    {
        var random = new Random(7);
        var packs = Enumerable.Range(0, 500).Select(_ =>
        {
            var bytes = new byte[BlobId.Length];
            random.NextBytes(bytes);
            return BlobId.From(bytes);
        }).ToArray();
        var begin = new DateTimeOffset(2026, 5, 5, 0, 0, 0, TimeSpan.Zero);

        var read = Enumerable.Range(0, 30).SelectMany(day => ReadBack.ChooseByDay(packs, begin.AddDays(day), 1.0 / 30)).ToArray();

        Assert.Equal(packs.Order(), read.Order());
    }

    [Theory]
    [InlineData(1.0, 4)]
    [InlineData(0.5, 2)]
    [InlineData(0.01, 1)]
    public void At_least_the_share_is_chosen_the_longest_waiting_first(double share, int expected)
    {
        var ids = Enumerable.Range(1, 4).Select(number => BlobId.From([.. Enumerable.Repeat((byte)number, BlobId.Length)])).ToArray();
        var now = new DateTimeOffset(2026, 5, 5, 0, 0, 0, TimeSpan.Zero);

        var chosen = ReadBack.Choose(ids.ToDictionary(id => id, _ => 10L), ids.Select((id, i) => (id, i)).ToDictionary(item => item.id, item => now.AddDays(-item.i)), share);

        Assert.Equal(ids.Reverse().Take(expected).Order(), chosen.Order());
    }
}

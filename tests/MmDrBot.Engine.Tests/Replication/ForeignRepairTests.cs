using System.Text;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Replication;

/// <summary>Repairs between a repository and a copy of it that has a key of its own.</summary>
public sealed class ForeignRepairTests : IAsyncLifetime
{
    private CopyBench _bench = null!;
    private Repository _copy = null!;

    private MemoryObjectStore Store => _bench.Main.Store;

    public async Task InitializeAsync()
    {
        _bench = await CopyBench.CreateAsync();
        _copy = await RepositoryAccess.InitializeAsync(_bench.Target, new RepositorySecret("the passphrase of the copy alone"), _bench.Main.Time, CancellationToken.None);
        await _bench.World.BackUpAsync();
        await _bench.ChangeAndBackUpAsync();
        await _bench.ChangeAndBackUpAsync();
        await new ResealingReplicator(_bench.Main.Repository, _copy, _bench.Main.Time).RunAsync(new ReplicationRequest(), null, CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        _bench.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Each_pack_that_is_gone_or_spoiled_is_made_good_from_the_copy()
    {
        var whole = Store.Objects.ToDictionary();
        foreach (var name in Below(Store, "packs/"))
        {
            foreach (var spoil in new Action[] { () => Store.Objects.TryRemove(name, out _), () => Store.Objects[name] = Flipped(whole[name]) })
            {
                spoil();
                var dry = await RepairAsync(_bench.Main.Repository, _copy, new RepairRequest { ReadData = true, DryRun = true });
                var result = await RepairAsync(_bench.Main.Repository, _copy, new RepairRequest { ReadData = true });

                Assert.Equal((0, 0), (dry.Lost.Count, dry.Losses.Count));
                Assert.InRange(result.Resealed, 1, int.MaxValue);
                Assert.Equal(result.Resealed, dry.Resealed);
                await AssertMendedAsync(_bench.Main.Repository, result, name);
                Restore(whole);
            }
        }
    }

    [Fact]
    public async Task All_packs_and_indexes_may_be_gone()
    {
        Below(Store, "packs/").Concat(Below(Store, "indexes/")).ToList().ForEach(name => Store.Objects.TryRemove(name, out _));

        await AssertMendedAsync(_bench.Main.Repository, await RepairAsync(_bench.Main.Repository, _copy, new RepairRequest()), "all");
    }

    [Fact]
    public async Task The_copy_is_mended_from_the_first_repository()
    {
        Below(_bench.Target, "packs/").ForEach(name => _bench.Target.Objects.TryRemove(name, out _));

        await AssertMendedAsync(_copy, await RepairAsync(_copy, _bench.Main.Repository, new RepairRequest()), "copy");
    }

    [Fact]
    public async Task What_is_whole_is_not_stored_again()
    {
        var kept = Store.Objects.ToDictionary();
        File.WriteAllText(Path.Combine(_bench.World.Data, "new.txt"), "new");
        var newest = await _bench.World.BackUpAsync();
        await new ResealingReplicator(_bench.Main.Repository, _copy, _bench.Main.Time).RunAsync(new ReplicationRequest(), null, CancellationToken.None);
        Below(Store, "packs/").Where(name => !kept.ContainsKey(name)).ToList().ForEach(name => Store.Objects.TryRemove(name, out _));
        var before = Store.Objects.ToDictionary();

        var result = await RepairAsync(_bench.Main.Repository, _copy, new RepairRequest());

        Assert.InRange(Below(Store, "packs/").Where(name => !before.ContainsKey(name)).Sum(name => Store.Objects[name].Length), 1, Below(Store, "packs/").Sum(name => Store.Objects[name].Length) / 10);
        await AssertMendedAsync(_bench.Main.Repository, result, newest.Id.ToString());
    }

    [Fact]
    public async Task What_is_damaged_on_both_sides_stays_lost_and_all_else_is_brought()
    {
        await SpoilAsync(_bench.Main.Repository, Store, "kept");
        await SpoilAsync(_copy, _bench.Target, "kept");

        var result = await RepairAsync(_bench.Main.Repository, _copy, new RepairRequest { ReadData = true });

        Assert.All(result.Losses, loss => Assert.Equal(["file a/kept.txt"], loss.Parts));
        Assert.Equal(3, result.Losses.Count);
        Assert.InRange(result.Resealed, 1, int.MaxValue);
    }

    [Fact]
    public async Task One_that_is_no_copy_mends_nothing()
    {
        var further = await RepositoryAccess.InitializeAsync(new MemoryObjectStore(), new RepositorySecret("a third passphrase"), _bench.Main.Time, CancellationToken.None);
        await new ResealingReplicator(_copy, further, _bench.Main.Time).RunAsync(new ReplicationRequest(), null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<EngineException>(() => RepairAsync(_bench.Main.Repository, further, new RepairRequest()));

        Assert.Equal(EngineFault.Conflict, refused.Fault);
    }

    /// <summary>Only the bytes of this content, whose pack is bad therefore.</summary>
    private static async Task SpoilAsync(Repository repository, MemoryObjectStore store, string content)
    {
        var place = (await LoadedIndex.ReadAsync(repository, CancellationToken.None)).ToBlobIndex().Find(repository.Key.IdOf(Encoding.UTF8.GetBytes(content)))!.Value;
        var name = ObjectNames.Of(ObjectKind.Pack, place.Pack);
        var bytes = store.Objects[name].ToArray();
        bytes[place.Offset + (place.Stored / 2)] ^= 1;
        store.Objects[name] = bytes;
    }

    private static byte[] Flipped(byte[] content) => [.. content.Select(one => (byte)(one ^ 1))];

    private static List<string> Below(MemoryObjectStore store, string folder) => [.. store.Objects.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal))];

    private Task<RepairResult> RepairAsync(Repository repository, Repository from, RepairRequest request) =>
        new RepositoryRepair(repository, from, _bench.Main.Time).RunAsync(request, null, CancellationToken.None);

    private void Restore(Dictionary<string, byte[]> objects)
    {
        Store.Objects.Clear();
        foreach (var (name, content) in objects)
        {
            Store.Objects[name] = content;
        }
    }

    private async Task AssertMendedAsync(Repository repository, RepairResult result, string about)
    {
        Assert.True(result is { Lost.Count: 0, Losses.Count: 0 }, $"{about}: {string.Join("; ", result.Lost)} {string.Join("; ", result.Losses.SelectMany(loss => loss.Parts))}");
        var findings = await new RepositoryChecker(repository, _bench.Main.Time).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None);
        Assert.True(findings.IsGood, $"{about}: {string.Join("; ", findings.Damage)}");
    }
}

using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Replication;

public sealed class RepairTests
{
    public static TheoryData<string> Folders => ["repository.json", "keys/", "packs/", "indexes/", "manifests/", "ledger/", "anchors/", "tombstones/"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task What_is_damaged_is_mended_from_the_copy(string folder)
    {
        using var bench = await WholeAsync();
        foreach (var name in Below(bench, folder))
        {
            bench.Main.Store.Objects[name] = [.. bench.Main.Store.Objects[name].Select((one, at) => at == bench.Main.Store.Objects[name].Length / 2 ? (byte)(one ^ 1) : one)];
        }

        await AssertMendedAsync(bench, folder);
    }

    [Theory]
    [InlineData("repository.json")]
    [InlineData("keys/")]
    [InlineData("packs/")]
    [InlineData("indexes/")]
    [InlineData("manifests/")]
    [InlineData("ledger/")]
    public async Task What_is_missing_is_taken_from_the_copy(string folder)
    {
        using var bench = await WholeAsync();
        Below(bench, folder).ForEach(name => bench.Main.Store.Objects.TryRemove(name, out _));

        await AssertMendedAsync(bench, folder);
    }

    [Fact]
    public async Task All_but_the_copy_may_be_gone()
    {
        using var bench = await WholeAsync();
        bench.Main.Store.Objects.Clear();

        var result = await RepairAsync(bench, new RepairRequest { ReadData = true });

        Assert.Empty(result.Losses);
        await AssertSoundAsync(bench, "everything");
    }

    [Fact]
    public async Task What_was_forgotten_stays_forgotten_though_the_copy_has_it()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.ReplicateAsync();
        await bench.Main.ForgetAsync(first);

        var result = await RepairAsync(bench, new RepairRequest { ReadData = true });

        Assert.Empty(result.Mended);
        Assert.Equal([second.Id], (await bench.Main.PointsAsync()).Select(point => point.Id));
        Assert.Equal(2, (await bench.PointsAsync()).Count);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        using var bench = await WholeAsync();
        Below(bench, "packs/").ForEach(name => bench.Main.Store.Objects.TryRemove(name, out _));
        Below(bench, "keys/").ForEach(name => bench.Main.Store.Objects.TryRemove(name, out _));
        var before = bench.Main.Store.Objects.ToDictionary();

        var dry = await RepairAsync(bench, new RepairRequest { DryRun = true });
        Assert.Equal(before, bench.Main.Store.Objects.ToDictionary());
        var real = await RepairAsync(bench, new RepairRequest());

        Assert.Equal(real.Mended.Order(StringComparer.Ordinal), dry.Mended.Order(StringComparer.Ordinal));
        Assert.NotEmpty(dry.Mended);
        Assert.Empty(dry.Losses);
    }

    [Fact]
    public async Task What_is_whole_nowhere_is_listed_by_restore_point_and_file()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var before = bench.Main.Store.Objects.Keys.ToHashSet();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.ReplicateAsync();
        foreach (var store in new[] { bench.Main.Store, bench.Target })
        {
            foreach (var name in store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal) && before.Contains(name)).ToArray())
            {
                store.Objects.TryRemove(name, out _);
            }
        }

        var result = await RepairAsync(bench, new RepairRequest());

        Assert.NotEmpty(result.Lost);
        Assert.All(result.Lost, name => Assert.StartsWith("packs/", name, StringComparison.Ordinal));
        var losses = result.Losses.ToDictionary(loss => loss.RestorePoint, loss => loss.Parts);
        Assert.Contains(losses[first.Id], part => part.Contains("list of files", StringComparison.Ordinal));
        Assert.Equal(["file a/kept.txt"], losses[second.Id]);
    }

    [Fact]
    public async Task Without_a_copy_it_rebuilds_and_lists()
    {
        using var bench = await WholeAsync();
        Below(bench, "indexes/").ForEach(name => bench.Main.Store.Objects.TryRemove(name, out _));

        var result = await new RepositoryRepair(bench.Main.Repository, null, bench.Main.Time).RunAsync(new RepairRequest { ReadData = true }, null, CancellationToken.None);

        Assert.True(result.IndexRebuilt);
        Assert.Empty(result.Losses);
        await AssertSoundAsync(bench, "no copy");
    }

    [Fact]
    public async Task A_pack_that_was_distrusted_and_mended_is_trusted_again()
    {
        using var bench = await WholeAsync();
        // A pack that only the forgotten restore point needs was never copied.
        var pack = Below(bench, "packs/").First(bench.Target.Objects.ContainsKey);
        bench.Main.Store.Objects[pack] = new byte[bench.Main.Store.Objects[pack].Length];
        Assert.False((await bench.Main.CheckAsync()).IsGood);
        Assert.NotEmpty(Below(bench, "distrusted/"));

        var result = await RepairAsync(bench, new RepairRequest());

        Assert.Equal([pack], result.Mended);
        Assert.Empty(Below(bench, "distrusted/"));
        await AssertSoundAsync(bench, "distrusted");
    }

    [Fact]
    public async Task The_copy_is_mended_from_the_first_repository_the_same_way()
    {
        using var bench = await WholeAsync();
        foreach (var name in bench.Target.Objects.Keys.Where(name => !name.StartsWith("keys/", StringComparison.Ordinal)).ToArray())
        {
            bench.Target.Objects.TryRemove(name, out _);
        }

        var result = await new RepositoryRepair(bench.Copy, bench.Main.Repository, bench.Main.Time).RunAsync(new RepairRequest { ReadData = true }, null, CancellationToken.None);

        Assert.Empty(result.Losses);
        await bench.AssertWholeAsync("mended copy");
    }

    private static async Task<CopyBench> WholeAsync()
    {
        var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.ChangeAndBackUpAsync();
        await bench.Main.ForgetAsync(second);
        await RepositoryRecords.WriteAsync(bench.Main.Repository, RecordKind.Ledger, new { n = 1 }, CancellationToken.None);
        await RepositoryRecords.WriteAsync(bench.Main.Repository, RecordKind.Anchor, new { n = 1 }, CancellationToken.None);
        await bench.ReplicateAsync();
        return bench;
    }

    private static List<string> Below(CopyBench bench, string folder) => [.. bench.Main.Store.Objects.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static Task<RepairResult> RepairAsync(CopyBench bench, RepairRequest request) => new RepositoryRepair(bench.Main.Repository, bench.Copy, bench.Main.Time).RunAsync(request, null, CancellationToken.None);

    private static async Task AssertMendedAsync(CopyBench bench, string folder)
    {
        var result = await RepairAsync(bench, new RepairRequest { ReadData = true });

        Assert.True(folder == "indexes/" ? result.IndexRebuilt : result.Mended.Any(name => name.StartsWith(folder, StringComparison.Ordinal)), $"{folder}: {string.Join(", ", result.Mended)}");
        Assert.Empty(result.Lost);
        Assert.Empty(result.Losses);
        await AssertSoundAsync(bench, folder);
    }

    private static async Task AssertSoundAsync(CopyBench bench, string about)
    {
        var points = await bench.Main.PointsAsync();
        Assert.Equal(2, points.Count);
        await RepositoryAccess.OpenAsync(bench.Main.Store, MemoryRepository.Secret, CancellationToken.None);
        await bench.World.AssertSoundAsync(bench.Main, about, points);
    }
}

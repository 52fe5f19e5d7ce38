using System.Diagnostics;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.ObjectStores.Local;

public sealed class LocalObjectStoreTests : ObjectStoreContract
{
    private readonly TempDirectory _directory = new();

    private string Root => _directory.File("made/on/demand");

    internal override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new LocalObjectStore(Root));

    public override Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Nobody_else_may_read_what_is_stored()
    {
        await Store.CreateAsync("packs/aa/x", Content(10), CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Root, "packs/aa/x")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Root, "packs/aa")));
    }

    [Fact]
    public async Task A_finished_create_leaves_no_temporary_file_won_or_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.CreateAsync("packs/aa/x", Content(2_000_000), CancellationToken.None)));

        Assert.Empty(Directory.GetFiles(Path.Combine(Root, "tmp")));
    }

    [Fact]
    public async Task What_a_dead_writer_left_is_reported_not_listed_and_removed_when_asked()
    {
        await Store.CreateAsync("keys/x", Content(10), CancellationToken.None);
        var leftover = Path.Combine(Root, "tmp", $"{await DeadProcessAsync()}-{Guid.NewGuid():N}");
        File.WriteAllText(leftover, "half of a pack");

        Assert.Equal(["keys/x"], (await Store.ListAllAsync("", CancellationToken.None)).Select(item => item.Name));
        Assert.Equal(["tmp/" + Path.GetFileName(leftover)], await Store.LeftoversAsync(remove: false, CancellationToken.None));
        Assert.True(File.Exists(leftover));
        await Store.LeftoversAsync(remove: true, CancellationToken.None);
        Assert.False(File.Exists(leftover));
        Assert.Empty(await Store.LeftoversAsync(remove: false, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_living_writer_is_writing_is_no_leftover()
    {
        await Store.CreateAsync("keys/x", Content(10), CancellationToken.None);
        using var other = Process.Start(new ProcessStartInfo("sleep", ["60"]))!;
        try
        {
            var writing = Path.Combine(Root, "tmp", $"{other.Id}-{Guid.NewGuid():N}");
            File.WriteAllText(writing, "half of a pack");

            Assert.Empty(await Store.LeftoversAsync(remove: true, CancellationToken.None));
            Assert.True(File.Exists(writing));
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task A_prune_beside_them_never_takes_a_file_from_under_its_writers()
    {
        var other = new LocalObjectStore(Root);
        using var written = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
            {
                await other.LeftoversAsync(remove: true, CancellationToken.None);
                await other.ListAllAsync("", CancellationToken.None);
            }
        });

        await Parallel.ForEachAsync(Enumerable.Range(0, 150), async (i, cancellationToken) =>
        {
            Assert.True(await Store.CreateAsync($"packs/{i % 7}/{i}", Content(200_000), cancellationToken));
            if (i % 3 == 0)
            {
                await Store.DeleteAsync([$"packs/{i % 7}/{i}"], cancellationToken);
            }
        });
        await written.CancelAsync();
        await sweeping;

        Assert.Equal(100, (await Store.ListAllAsync("packs/", CancellationToken.None)).Count);
    }

    private static async Task<int> DeadProcessAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("true"))!;
        await process.WaitForExitAsync();
        return process.Id;
    }
}

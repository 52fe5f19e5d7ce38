using System.Text.Json.Nodes;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Cli;

/// <summary>With the first repository's keys, and with a key of its own.</summary>
public sealed class KilledReplicateTests : KillTestBase
{
    private const string OwnPassphrase = "another passphrase, for the copy alone 7731";
    private bool _hasOwnKey;

    private string Copy => Bench.Place("near");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replication_killed_at_any_moment_leaves_a_sound_copy_and_the_next_one_comes_through(bool ownKey)
    {
        var (random, runs) = (new Random(ownKey ? 7 : 6), 0);
        _hasOwnKey = ownKey;
        Bench.Settings["MMDR_Repositories__near__Url"] = $"file://{Copy}";
        if (ownKey)
        {
            Bench.Settings["MMDR_Repositories__near__Passphrase"] = OwnPassphrase;
        }

        // Every other run makes the copy from nothing, the others add to what is there.
        var killed = await KillAsync(
            random,
            async () =>
            {
                if (runs++ % 2 == 0 && Directory.Exists(Copy))
                {
                    Directory.Delete(Copy, recursive: true);
                }

                AddFile(random);
                await AddPointAsync(null);
            },
            ["replicate", "near"]);
        RemoveFile();
        await Bench.MustAsync("replicate", "near");
        // Before the backup, which leaves a replication to the service, that waits.
        await AssertInterruptedAsync("replicate", killed);
        await BackUpAsync();

        var last = await Bench.JsonAsync("replicate", "near");

        var points = (await Bench.JsonAsync("restore-points")).AsArray();
        Assert.Equal((points.Count, 0, 0), ((int)last["held"]!, (int)last["missing"]!, last["problems"]!.AsArray().Count));
        Assert.Equal(points.Count, (await Bench.JsonAsync("restore-points", "--repository", "near")).AsArray().Count);
        await Bench.MustAsync("repository", "check", "--read-data", "--repository", "near");
        await Bench.MustAsync("verify", "latest", "--level", "data", "--repository", "near");
        await Bench.AssertRestoresAsync("latest", Dump, "--repository", "near");
        await Bench.MustAsync("repository", "prune", "--repository", "near");
        Assert.DoesNotContain(TreeSnapshot.Of(Copy).Entries.Keys, path => path.Contains(".tmp", StringComparison.Ordinal));
    }

    /// <summary>Whatever restore points the copy shows, every byte of them is there; one that does not open yet shows none.</summary>
    private protected override async Task AssertSoundAsync(bool byProgram)
    {
        if (!Directory.Exists(Path.Combine(Copy, "manifests")) || Directory.GetFiles(Path.Combine(Copy, "manifests"), "*", SearchOption.AllDirectories).All(name => name.Contains(".tmp", StringComparison.Ordinal)))
        {
            return;
        }

        var copy = await RepositoryAccess.OpenAsync(new LocalObjectStore(Copy), new RepositorySecret(_hasOwnKey ? OwnPassphrase : CliFixture.Passphrase), CancellationToken.None);
        foreach (var point in await copy.RestorePointsAsync(CancellationToken.None))
        {
            Assert.Empty((await new RestorePointVerifier(copy, TimeProvider.System).VerifyAsync(point, VerificationLevel.Data, null, CancellationToken.None)).Damage);
        }
    }
}

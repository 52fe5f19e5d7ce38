using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Year;

/// <summary>Looks every night, with its own eyes, whether all is as it must be.</summary>
internal sealed class YearWatch(YearWorld world)
{
    private readonly HashSet<BlobId> _pinned = [];

    /// <summary>How old the newest restore point may be.</summary>
    internal TimeSpan BackupObjective { get; set; } = TimeSpan.FromHours(25);

    /// <summary>How many nights it looked.</summary>
    internal int Nights { get; private set; }

    /// <summary>On how many of them everything had been swept, and nothing was left lying.</summary>
    internal int Swept { get; private set; }

    /// <summary>How many checks of all small objects there were.</summary>
    internal int Checks { get; private set; }

    internal void Expect(BlobId pinned) => _pinned.Add(pinned);

    internal void NoLongerExpect(BlobId pinned) => _pinned.Remove(pinned);

    /// <param name="isSwept">Whether retention ran to its end today, as the last job of the day.</param>
    internal async Task LookAsync(bool isSwept)
    {
        var now = world.Clock.GetUtcNow();
        var repository = await world.RepositoryAsync();
        var points = await world.PointsAsync();
        var there = points.Select(point => point.Id).ToHashSet();
        Assert.Subset(there, _pinned);
        Assert.InRange(now - points[^1].CreatedAt, TimeSpan.Zero, BackupObjective);
        await DrilledAsync(repository, points, now);
        await AddUpAsync(repository, isSwept);
        (Nights, Swept) = (Nights + 1, Swept + (isSwept ? 1 : 0));
        if (now.DayOfWeek is DayOfWeek.Monday)
        {
            await SoundAsync(repository, there);
            Checks++;
        }
    }

    /// <summary>The restore point comes back as the server was.</summary>
    internal async Task RestoreAsync(RestorePoint point)
    {
        using var target = new TempDirectory();
        await new RestoreRunner(await world.RepositoryAsync()).RunAsync(point, new RestoreRequest { FilesDirectory = target.File("files"), ConfigDirectory = target.File("config") }, null, CancellationToken.None);
        Assert.Empty(world.Trees[point.Id.ToString()].DifferencesTo(TreeSnapshot.Of(target.File("files"))));
        Assert.True(File.Exists(target.File("config/config.json")));
    }

    /// <summary>Of each component some restore point that is still there was restored on trial, and not long ago.</summary>
    private async Task DrilledAsync(Repository repository, IReadOnlyList<RestorePoint> points, DateTimeOffset now)
    {
        var records = await VerificationRecords.ReadAllAsync(repository, damage => Assert.Fail(damage.Message), CancellationToken.None);
        foreach (var component in points.SelectMany(point => point.Components).Distinct())
        {
            var with = points.Where(point => point.Components.Contains(component)).Select(point => point.Id).ToHashSet();
            var last = records.LastOrDefault(record => record.Good && record.Level >= VerificationLevel.Drill && with.Contains(record.RestorePoint));
            Assert.True(last is not null, $"{now:u}: no restore point of the {component} that is there was ever drilled.");
            Assert.True(now - last.FinishedAt <= world.DrillObjective, $"{now:u}: the last drill of the {component} of a restore point that is there was at {last.FinishedAt:u}.");
        }
    }

    /// <summary>Nothing is damaged or gone, nor anything there that belongs nowhere. Once a week, since it reads every small object.</summary>
    private async Task SoundAsync(Repository repository, HashSet<BlobId> there)
    {
        var findings = await new RepositoryChecker(repository, world.Clock).CheckAsync(new CheckRequest { Expected = there }, null, CancellationToken.None);
        Assert.Empty(findings.Damage);
    }

    /// <summary>
    /// Every night: all that any restore point needs lies in packs that have the size that the indexes say, else this prune would throw. After the
    /// day's own prune all that nobody needs is condemned, and nothing since longer than the day of grace and the day until the next prune.
    /// </summary>
    private async Task AddUpAsync(Repository repository, bool isSwept)
    {
        var outlook = await new Pruner(repository, world.Clock).RunAsync(new PruneRequest { DryRun = true, MinimumAge = TimeSpan.FromHours(49) }, CancellationToken.None);
        if (isSwept)
        {
            Assert.Equal((0, 0, 0), (outlook.Condemned, outlook.Rewritten, outlook.Deleted));
        }
    }
}

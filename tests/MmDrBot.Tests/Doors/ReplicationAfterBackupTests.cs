using MmDrBot.Jobs;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Doors;

/// <summary>A service with two copies, of which one takes restore points as soon as they are made.</summary>
public sealed class CopiesFixture : BotFixture
{
    private protected override Task<Dictionary<string, string?>> FurtherSettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Repositories:near:Url"] = $"file://{Place("near")}",
        ["Repositories:near:Every"] = "00:00:00",
        ["Repositories:far:Url"] = $"file://{Place("far")}",
        ["Repositories:far:Every"] = "00:00:00",
        ["Repositories:far:AfterBackup"] = "false",
    });
}

public sealed class ReplicationAfterBackupTests(CopiesFixture bot) : IClassFixture<CopiesFixture>
{
    [Fact]
    public async Task A_backup_is_copied_by_itself_to_where_that_is_wanted()
    {
        var backup = await bot.TypeJobAsync("/dr backup");
        Assert.Equal(JobState.Succeeded, backup.State);
        var jobs = bot.Get<JobStore>();

        await Eventually.IsTrueAsync(async () => (await jobs.ListAsync(10, null, CancellationToken.None)).Any(job => job is { Kind: "replicate", IsOver: true }));

        var replication = Assert.Single(await jobs.ListAsync(10, null, CancellationToken.None), job => job.Kind == "replicate");
        Assert.Equal((JobState.Succeeded, "system"), (replication.State, replication.ActorName));
        Assert.Contains(BotFixture.ResultOf(backup, "restorePoint"), Directory.GetFiles(bot.Place("near/manifests"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.False(Directory.Exists(bot.Place("far")));
    }
}

using MmDrBot.Jobs;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

/// <summary>What nobody should ever read, whatever they send.</summary>
internal static class NoBugs
{
    private const string Bug = "Something went wrong inside MmDrBot";

    internal static void AssertIn(string text, string sent) => Assert.False(text.Contains(Bug, StringComparison.Ordinal), sent);

    /// <summary>What was taken may go wrong later: in a job, or in an answer that came late.</summary>
    internal static async Task AssertAsync(BotFixture bot)
    {
        foreach (var job in (await bot.Get<JobStore>().ListAsync(500, null, CancellationToken.None)).Where(job => !job.IsOver))
        {
            await bot.EndOfAsync(job.Id);
        }

        Assert.DoesNotContain(await bot.Get<JobStore>().ListAsync(500, null, CancellationToken.None), job => job.Error?.Code == "internal");
        Assert.DoesNotContain(bot.Mattermost.Ephemerals, one => one.Message.Contains(Bug, StringComparison.Ordinal));
    }
}

using MmDrBot.Jobs;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Features;

[Collection(BotCollection.Name)]
public sealed class ChatUseCaseTests(BotFixture bot)
{
    [Fact]
    public async Task A_backup_ends_with_the_restore_point_and_its_size()
    {
        var job = await bot.TypeJobAsync("/dr backup --label “before the upgrade”");
        var post = await bot.PostSayingAsync(job.Id, "succeeded");

        Assert.Contains($"`{BotFixture.ResultOf(job, "restorePoint")[..8]}`", post.Message, StringComparison.Ordinal);
        Assert.Matches("holds .*database.*: [0-9.]+ [kM]?B, [0-9.]+ [kM]?B of them new", post.Message);
        Assert.Matches(@"state complete · holds database config files · size .* · label before the upgrade", (await bot.TypeAsync("/dr restore-points")).Text);
    }

    [Fact]
    public async Task A_job_that_fails_tells_the_cause_and_the_next_step()
    {
        await bot.AnyRestorePointAsync();

        var job = await bot.TypeJobAsync("/dr verify ffffffff");

        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains("Next: ", (await bot.PostSayingAsync(job.Id, "Cause: There is no restore point ffffffff")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_names_the_newest_restore_point()
    {
        var id = await bot.AnyRestorePointAsync();

        var text = (await bot.TypeAsync("/dr status")).Text;

        Assert.Contains($"Newest restore point: `{id[..8]}`", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Problem", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_points_are_listed_and_one_is_shown_by_prefix()
    {
        var id = await bot.AnyRestorePointAsync();

        Assert.Contains(id[..8], (await bot.TypeAsync("/dr restore-points")).Text, StringComparison.Ordinal);
        Assert.Contains(id, (await bot.TypeAsync($"/dr restore-point {id[..8]}")).Text, StringComparison.Ordinal);
        Assert.Contains("**Restore point**", (await bot.TypeAsync("/dr restore-point latest")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dr restore-point 0000", "Next:")]
    [InlineData("/dr restore-point nonsense", "Next:")]
    [InlineData("/dr restore-point ffffffff", "There is no restore point")]
    [InlineData("/dr job 0000", "There is no job")]
    [InlineData("/dr cancel zzzz", "Next:")]
    [InlineData("/dr retention set --daily x", "--daily: x is no whole number.")]
    [InlineData("/dr jobs --limit many", "--limit: many is no whole number.")]
    [InlineData("/dr verify x —level deep", "structure, data, drill or boot")]
    [InlineData("/dr backup --only everything", "is no component")]
    public async Task What_can_not_be_done_is_refused_in_words(string line, string words)
    {
        await bot.AnyRestorePointAsync();

        var text = (await bot.TypeAsync(line)).Text;

        Assert.DoesNotContain("inside MmDrBot", text, StringComparison.Ordinal);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("structure", "has its structure")]
    [InlineData("data", "is whole")]
    public async Task A_verification_tells_what_was_proven(string level, string words)
    {
        await bot.AnyRestorePointAsync();

        var job = await bot.TypeJobAsync($"/dr verify latest --level {level}");

        Assert.Equal(JobState.Succeeded, job.State);
        await bot.PostSayingAsync(job.Id, words);
    }

    [Fact]
    public async Task Jobs_are_listed_and_one_is_shown()
    {
        var job = await bot.TypeJobAsync("/dr backup --only config");

        Assert.Contains(job.Id, (await bot.TypeAsync("/dr jobs")).Text, StringComparison.Ordinal);
        var text = (await bot.TypeAsync($"/dr job {job.Id}")).Text;
        Assert.Contains("succeeded", text, StringComparison.Ordinal);
        Assert.Contains("Asked by mattermost:alice", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_backup_holds_back_another_and_stops_when_cancelled()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup")).Text);
            await bot.PostSayingAsync(id, "is running");
            Assert.Contains($"running already (job {id})", (await bot.TypeAsync("/dr backup")).Text, StringComparison.Ordinal);

            Assert.Contains("told to stop", (await bot.TypeAsync($"/dr cancel {id}")).Text, StringComparison.Ordinal);

            Assert.Equal(JobState.Cancelled, (await bot.EndOfAsync(id)).State);
        }

        await bot.PostSayingAsync(id, "was cancelled");
        Assert.Equal(JobState.Succeeded, (await bot.TypeJobAsync("/dr backup")).State);
    }
}

using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Features.Restores;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Features;

/// <summary>What the post of a plan says before somebody clicks Restore below it.</summary>
public sealed class ShownPlanTests
{
    [Theory]
    [InlineData(null, "of 2026-05-01 22:00 UTC to **spare**")]
    [InlineData("main", "of 2026-05-01 22:00 UTC to **spare**")]
    [InlineData("offsite", "of 2026-05-01 22:00 UTC from the copy **offsite** to **spare**")]
    public void The_plan_names_the_copy_that_it_restores_from(string? repository, string words)
    {
        var at = new DateTimeOffset(2026, 5, 1, 22, 0, 0, TimeSpan.Zero);
        var job = new Job
        {
            Id = "x",
            Kind = ShownPlans.Kind,
            State = JobState.Succeeded,
            ActorName = "mattermost:alice",
            Door = Door.Chat,
            CreatedAt = at,
            FinishedAt = at,
            RequestJson = JsonSerializer.Serialize(new StartRestoreRequest { RestorePoint = "latest", To = "spare", Repository = repository }, JobLauncher.Json),
            ResultJson = JsonSerializer.Serialize(new PlannedRestore("3f9a12c04e7b5d6f", [], []) { TakenAt = at }, JobLauncher.Json),
        };

        Assert.Contains(words, new ShowPlanReport(new ApprovalOptions()).Success(job), StringComparison.Ordinal);
    }
}

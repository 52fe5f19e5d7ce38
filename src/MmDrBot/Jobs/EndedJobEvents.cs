using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Webhooks;

namespace MmDrBot.Jobs;

/// <summary>What webhooks are told when a job has ended: that it has, and what that means for restore points. No names, no messages.</summary>
internal static class EndedJobEvents
{
    private const string Backup = "backup", Verify = "verify", Damaged = "damaged";

    internal static IEnumerable<WebhookEvent> Of(Job job)
    {
        yield return new WebhookEvent(WebhookEvents.JobFinished, new
        {
            job = job.Id,
            kind = job.Kind,
            state = EnumText.Of(job.State),
            createdAt = job.CreatedAt,
            startedAt = job.StartedAt,
            finishedAt = job.FinishedAt,
            error = job.Error?.Code,
            reference = job.Error?.Reference,
        });
        var done = job.State is JobState.Succeeded or JobState.PartlyFailed;
        if (job.Kind == Backup && done)
        {
            var result = Json(job.ResultJson);
            yield return new WebhookEvent(WebhookEvents.RestorePointTaken, new
            {
                restorePoint = Text(result, "restorePoint"),
                state = Text(result, "state"),
                components = result?["components"]?.DeepClone(),
                bytes = result?["bytes"]?.DeepClone(),
                newBytes = result?["newBytes"]?.DeepClone(),
                job = job.Id,
            });
        }

        if (job.Kind == Verify && (done || job.Error?.Code == Damaged))
        {
            var (result, request) = (Json(job.ResultJson), Json(job.RequestJson));
            yield return new WebhookEvent(done ? WebhookEvents.RestorePointVerified : WebhookEvents.RestorePointDamaged, new
            {
                restorePoint = Text(result, "restorePoint") ?? Text(request, "restorePoint"),
                level = Text(request, "level"),
                job = job.Id,
            });
        }
    }

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);

    private static string? Text(JsonNode? node, string name) => node?[name]?.ToString();
}

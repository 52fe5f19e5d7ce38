using System.Text.Json.Nodes;
using MmDrBot.Access;

namespace MmDrBot.Jobs.Hooks;

/// <summary>What a hook is told of a job. No request, no settings: those may hold secrets.</summary>
internal sealed record HookFacts(HookMoment Moment, string Id, string Kind, string State, string Actor, string? RestorePoint, string? Error)
{
    internal static HookFacts Of(HookMoment moment, Job job, JobEnd? end) => new(
        moment,
        job.Id,
        job.Kind,
        EnumText.Of(end?.State ?? JobState.Running),
        job.ActorName,
        RestorePointIn(end?.ResultJson) ?? RestorePointIn(job.RequestJson),
        end?.Error?.Message);

    /// <summary>The variables of a command.</summary>
    internal IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["MMDR_HOOK"] = EnumText.Of(Moment),
        ["MMDR_JOB_ID"] = Id,
        ["MMDR_JOB_KIND"] = Kind,
        ["MMDR_JOB_STATE"] = State,
        ["MMDR_JOB_ACTOR"] = Actor,
        ["MMDR_RESTORE_POINT"] = RestorePoint ?? "",
        ["MMDR_ERROR"] = Error ?? "",
    };

    /// <summary>The document that an address gets.</summary>
    internal object Document => new { hook = EnumText.Of(Moment), job = Id, kind = Kind, state = State, actor = Actor, restorePoint = RestorePoint, error = Error };

    private static string? RestorePointIn(string? json) =>
        json is not null && JsonNode.Parse(json) is JsonObject node && node["restorePoint"] is JsonValue value ? value.ToString() : null;
}

using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Features.JobHistory;

/// <summary>A job as the doors show it.</summary>
internal sealed record JobView
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>pending, running, succeeded, partly_failed, failed, cancelled or interrupted.</summary>
    public required string State { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool CancelRequested { get; init; }

    public JobProgress? Progress { get; init; }

    /// <summary>What came of it; its members depend on the kind.</summary>
    public JsonElement? Result { get; init; }

    public JobError? Error { get; init; }

    internal static JobView Of(Job job) => new()
    {
        Id = job.Id,
        Kind = job.Kind,
        State = EnumText.Of(job.State),
        Actor = job.ActorName,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        CancelRequested = job.CancelRequested,
        Progress = job.IsOver ? null : job.Progress,
        Result = job.ResultJson is null ? null : JsonSerializer.Deserialize<JsonElement>(job.ResultJson),
        Error = job.Error,
    };
}

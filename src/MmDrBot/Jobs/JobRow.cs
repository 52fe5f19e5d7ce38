using System.Text.Json;
using MmDrBot.Access;

namespace MmDrBot.Jobs;

/// <summary>A row of jobs as the database holds it.</summary>
internal sealed class JobRow
{
    public string Id { get; init; } = "";

    public string Kind { get; init; } = "";

    public string State { get; init; } = "";

    public string Request { get; init; } = "";

    public string ActorName { get; init; } = "";

    public string Door { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? FinishedAt { get; init; }

    public string? Host { get; init; }

    public long? Pid { get; init; }

    public string? PidStartedAt { get; init; }

    public string? LeaseOwner { get; init; }

    public long? LeaseUntil { get; init; }

    public long CancelRequested { get; init; }

    public string? Progress { get; init; }

    public string? Result { get; init; }

    public string? Error { get; init; }

    public string? ReplyTo { get; init; }

    public Job ToJob() => new()
    {
        Id = Id,
        Kind = Kind,
        State = EnumText.Parse<JobState>(State),
        RequestJson = Request,
        ActorName = ActorName,
        Door = EnumText.Parse<Door>(Door),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        StartedAt = Time(StartedAt),
        FinishedAt = Time(FinishedAt),
        Process = Host is null ? null : new(Host, (int)Pid.GetValueOrDefault(), PidStartedAt ?? ""),
        LeaseOwner = LeaseOwner,
        LeaseUntil = Time(LeaseUntil),
        CancelRequested = CancelRequested != 0,
        Progress = FromJson<JobProgress>(Progress),
        ResultJson = Result,
        Error = FromJson<JobError>(Error),
        ReplyToJson = ReplyTo,
    };

    public static string? ToJson<T>(T? value) where T : class =>
        value is null ? null : JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    private static T? FromJson<T>(string? json) where T : class =>
        json is null ? null : JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web);

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}

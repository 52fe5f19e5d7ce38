namespace MmDrBot.Alarms;

/// <summary>One piece of news of one alarm on one way.</summary>
internal sealed record AlarmTelling
{
    public required string Id { get; init; }

    public required string AlarmId { get; init; }

    /// <summary>Such as "mail", or "chat:" and a channel.</summary>
    public required string Way { get; init; }

    public required AlarmEvent Event { get; init; }

    public int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; null: it was told, or given up.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What the way called it, such as a post's id.</summary>
    public string? Reference { get; init; }

    public string? LastError { get; init; }
}

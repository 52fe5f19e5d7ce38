namespace MmDrBot.Mattermost;

/// <summary>Answer of the health check; <c>OK</c> or <c>UNHEALTHY</c>.</summary>
public sealed record ServerStatus
{
    /// <summary>The whole.</summary>
    public string Status { get; init; } = "";

    /// <summary>Null unless the server status was asked for.</summary>
    public string? DatabaseStatus { get; init; }

    /// <summary>Null unless the server status was asked for.</summary>
    public string? FilestoreStatus { get; init; }
}

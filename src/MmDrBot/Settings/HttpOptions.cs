namespace MmDrBot.Settings;

/// <summary>Section `Http`: the service's own address.</summary>
internal sealed record HttpOptions
{
    /// <summary>Where to listen. Default: http://127.0.0.1:8075.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8075";

    /// <summary>What Mattermost and people call, where that differs from `Listen`.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Requests a minute of one API key. Default: 600.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Requests a minute without a valid API key from one address. Default: 60.</summary>
    public int UnknownRequestsPerMinute { get; init; } = 60;

    /// <summary>Jobs whose events one API key follows at once. Default: 20.</summary>
    public int EventStreams { get; init; } = 20;

    /// <summary>Connections at once, of all doors. Default: 1000.</summary>
    public int Connections { get; init; } = 1000;
}

namespace MmDrBot.Settings;

/// <summary>Section `Http`: the service's own address.</summary>
internal sealed record HttpOptions
{
    /// <summary>Where to listen. Default: http://127.0.0.1:8075.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8075";

    /// <summary>What Mattermost and people call, where that differs from `Listen`.</summary>
    public string? PublicUrl { get; init; }
}

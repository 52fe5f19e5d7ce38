using System.Net;

namespace MmDrBot.Settings;

/// <summary>Section `Webhooks`: what the service may call when something happened.</summary>
internal sealed record WebhookOptions
{
    /// <summary>Networks in CIDR form that may be called although they are private, local or otherwise not public. Default: none.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>How long one attempt may take, the answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A webhook that has done nothing but fail for so long is turned off.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(3);

    internal IReadOnlyList<IPNetwork> Networks => [.. AllowedNetworks.Where(text => IPNetwork.TryParse(text, out _)).Select(IPNetwork.Parse)];

    internal IEnumerable<string> Unreadable => AllowedNetworks.Where(text => !IPNetwork.TryParse(text, out _));
}

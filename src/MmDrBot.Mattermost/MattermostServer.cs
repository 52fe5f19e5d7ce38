namespace MmDrBot.Mattermost;

/// <summary>What the answers so far told about the server. One instance a service; safe to read from anywhere.</summary>
public sealed class MattermostServer
{
    private volatile MattermostVersion? _version;

    /// <summary>The release that gave the latest answer; null before the first one. It changes when the server is upgraded.</summary>
    public MattermostVersion? Version => _version;

    internal void Observe(MattermostVersion version) => _version = version;
}

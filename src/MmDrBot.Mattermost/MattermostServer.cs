namespace MmDrBot.Mattermost;

/// <summary>What the answers so far told about the server. One instance a service; safe to read from anywhere.</summary>
public sealed class MattermostServer
{
    private const long NotObserved = long.MinValue;

    private volatile MattermostVersion? _version;
    private long _skewTicks = NotObserved;

    /// <summary>The release that gave the latest answer; null before the first one. It changes when the server is upgraded.</summary>
    public MattermostVersion? Version => _version;

    /// <summary>How far the server's clock is ahead of ours, by the <c>Date</c> header of the latest answer: whole seconds, its travel included; null before the first one.</summary>
    public TimeSpan? ClockSkew => Interlocked.Read(ref _skewTicks) is var ticks && ticks == NotObserved ? null : TimeSpan.FromTicks(ticks);

    internal void Observe(MattermostVersion version) => _version = version;

    internal void Observe(TimeSpan skew) => Interlocked.Exchange(ref _skewTicks, skew.Ticks);
}

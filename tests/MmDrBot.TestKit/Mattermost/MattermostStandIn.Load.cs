namespace MmDrBot.TestKit.Mattermost;

/// <content>How many requests come together.</content>
public sealed partial class MattermostStandIn
{
    private readonly StandInLoad _load = new();

    /// <summary>The most requests that were under way at one moment, since the count began.</summary>
    public int MostAtOnce => _load.Most;

    /// <summary>Begins the count anew; whatever is under way counts still.</summary>
    public void CountAnew() => _load.CountAnew();
}

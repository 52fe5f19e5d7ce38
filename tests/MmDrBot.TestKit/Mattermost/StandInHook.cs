namespace MmDrBot.TestKit.Mattermost;

/// <summary>What a response URL stands for.</summary>
internal sealed class StandInHook(StandInUser user, StandInChannel channel, string rootId, long createAt)
{
    public string Id { get; } = StandInIds.New();

    public StandInUser User => user;

    public StandInChannel Channel => channel;

    public string RootId => rootId;

    public long CreateAt => createAt;

    public int Uses { get; set; }
}

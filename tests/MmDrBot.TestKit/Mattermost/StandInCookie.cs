namespace MmDrBot.TestKit.Mattermost;

/// <summary>A button of a message that is kept nowhere; the client brings it back with the click.</summary>
internal sealed record StandInCookie(string PostId, string ChannelId, StandInAction Action);

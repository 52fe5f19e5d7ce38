namespace MmDrBot.TestKit.Mattermost;

/// <summary>A registered slash command.</summary>
public sealed record StandInCommand
{
    public string Id { get; } = StandInIds.New();

    public required string Token { get; init; }

    public required string Trigger { get; init; }

    public required Uri Url { get; init; }

    public required string TeamId { get; init; }

    public required string CreatorId { get; init; }

    public required long CreateAt { get; init; }
}

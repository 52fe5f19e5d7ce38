namespace MmDrBot.TestKit.Mattermost;

/// <summary>A registered slash command.</summary>
public sealed record StandInCommand
{
    public string Id { get; init; } = StandInIds.New();

    public required string Token { get; init; }

    public required string Trigger { get; init; }

    public required Uri Url { get; init; }

    public required string TeamId { get; init; }

    public required string CreatorId { get; init; }

    public required long CreateAt { get; init; }

    public long UpdateAt { get; init; }

    /// <summary><c>P</c> or <c>G</c>.</summary>
    public string Method { get; init; } = "P";

    public string Username { get; init; } = "";

    public string IconUrl { get; init; } = "";

    public bool AutoComplete { get; init; } = true;

    public string AutoCompleteDesc { get; init; } = "";

    public string AutoCompleteHint { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string Description { get; init; } = "";
}

using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>One state of a message; an edit replaces the whole.</summary>
public sealed record StandInPost
{
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required string ChannelId { get; init; }

    public required string Message { get; init; }

    public required JsonObject Props { get; init; }

    public required long CreateAt { get; init; }

    public required long UpdateAt { get; init; }

    public long EditAt { get; init; }

    public string RootId { get; init; } = "";

    public string Type { get; init; } = "";

    public string PendingPostId { get; init; } = "";

    /// <summary>What the buttons do, by their ids; no client sees it.</summary>
    internal IReadOnlyDictionary<string, StandInAction> Actions { get; init; } = new Dictionary<string, StandInAction>();

    /// <summary>Earlier texts, oldest first; the present one is <see cref="Message"/>.</summary>
    public IReadOnlyList<string> EarlierMessages { get; init; } = [];
}

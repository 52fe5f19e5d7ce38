using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What each server is furnished with for tests that run on both kinds.</summary>
public sealed record MattermostScene
{
    public required Uri Url { get; init; }

    /// <summary>The server's database, <c>postgres://user:password@host:port/name</c>.</summary>
    public required string DatabaseUri { get; init; }

    public required string AdminToken { get; init; }

    /// <summary>Of a bot that is no administrator.</summary>
    public required string BotToken { get; init; }

    public required string BotId { get; init; }

    /// <summary>A person who is in neither channel.</summary>
    public required string PersonId { get; init; }

    public required string PersonName { get; init; }

    public required string PersonEmail { get; init; }

    public required string PersonPassword { get; init; }

    public required string TeamId { get; init; }

    public required string TeamName { get; init; }

    /// <summary>A private channel that the bot is in.</summary>
    public required string ChannelId { get; init; }

    /// <summary>A private channel that the bot is not in.</summary>
    public required string ClosedChannelId { get; init; }

    /// <summary>Registers the slash command <c>/dr</c> at an integration; gives the command's token.</summary>
    public required Func<Uri, Task<string>> RegisterCommand { get; init; }

    /// <summary>The newest post of <see cref="ChannelId"/>, as the server writes it.</summary>
    public required Func<Task<JsonObject>> NewestPost { get; init; }
}

using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>
/// What a click or a form may do: made by us, carried by Mattermost, believed because of its signature alone (docs/decisions/0020).
/// It permits nothing: the use case behind it asks for the actor's permission as ever.
/// </summary>
internal sealed record Invitation
{
    public required InvitationKind Kind { get; init; }

    /// <summary>Which <see cref="IInteractionHandler"/> takes it.</summary>
    public required string Handler { get; init; }

    /// <summary>What for, in the handler's own words; no secrets: some tokens pass through clients.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The one account that may use it; null: whoever has <see cref="Permission"/>.</summary>
    public string? UserId { get; init; }

    /// <summary>The audience where it is not one account.</summary>
    [JsonConverter(typeof(SnakeCaseEnum<Permission>))]
    public Permission? Permission { get; init; }

    /// <summary>The post that it belongs to; needed for a button that can be used once.</summary>
    public string? PostId { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Set when it is issued; null: it changes nothing and may be used again.</summary>
    public string? Nonce { get; init; }
}

using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>A slash command as it is registered with one team. An update replaces all of it: change a copy of what the server gave.</summary>
public sealed record RegisteredCommand
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>The secret that Mattermost sends along; empty if the caller may not see it. What an update says of it is ignored.</summary>
    public string Token { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long CreateAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long UpdateAt { get; init; }

    /// <summary>The account that registered it.</summary>
    public string CreatorId { get; init; } = "";

    /// <summary>The team that has the command.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>Lower case, without the slash.</summary>
    public string Trigger { get; init; } = "";

    /// <summary><c>P</c> for POST, <c>G</c> for GET (which puts the token in the address).</summary>
    public string Method { get; init; } = "";

    /// <summary>Overrides the name on answers for the channel.</summary>
    public string Username { get; init; } = "";

    /// <summary>Overrides the picture on answers for the channel.</summary>
    public string IconUrl { get; init; } = "";

    /// <summary>Whether clients offer it while somebody types.</summary>
    public bool AutoComplete { get; init; }

    /// <summary>What clients say of it then.</summary>
    public string AutoCompleteDesc { get; init; } = "";

    /// <summary>The arguments that clients show then.</summary>
    public string AutoCompleteHint { get; init; } = "";

    /// <summary>Its name in the list of integrations.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Its description in the list of integrations.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where Mattermost sends it.</summary>
    public string Url { get; init; } = "";

    /// <summary>The plugin that owns it; empty for what people and bots registered.</summary>
    public string PluginId { get; init; } = "";

    /// <summary>Whether Mattermost sends it by POST, so that its token stands in no address.</summary>
    [JsonIgnore]
    public bool IsPost => Method == NewCommand.Post;

    /// <summary>Without the token.</summary>
    public override string ToString() => $"/{Trigger} -> {Method} {Url}";
}

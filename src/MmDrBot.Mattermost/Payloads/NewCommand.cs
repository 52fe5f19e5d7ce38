namespace MmDrBot.Mattermost;

/// <summary>A slash command to register.</summary>
public sealed record NewCommand
{
    internal const string Post = "P";

    /// <summary>The team; that it exists is for the caller to see to.</summary>
    public required string TeamId { get; init; }

    /// <summary>Without the slash; the server makes it lower case.</summary>
    public required string Trigger { get; init; }

    /// <summary>Where Mattermost sends it, http or https.</summary>
    public required string Url { get; init; }

    /// <summary>By POST: GET would put the token in the address.</summary>
    public string Method { get; init; } = Post;

    /// <summary>Whether clients offer it while somebody types.</summary>
    public bool AutoComplete { get; init; } = true;

    /// <summary>What clients say of it then.</summary>
    public string AutoCompleteDesc { get; init; } = "";

    /// <summary>The arguments that clients show then.</summary>
    public string AutoCompleteHint { get; init; } = "";

    /// <summary>Its name in the list of integrations.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Its description in the list of integrations.</summary>
    public string Description { get; init; } = "";
}

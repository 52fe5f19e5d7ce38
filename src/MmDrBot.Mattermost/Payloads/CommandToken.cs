namespace MmDrBot.Mattermost;

/// <summary>A slash command's new token.</summary>
public sealed record CommandToken
{
    /// <summary>The secret, 26 letters and digits.</summary>
    public string Token { get; init; } = "";

    /// <summary>Without the secret.</summary>
    public override string ToString() => "command token ***";
}

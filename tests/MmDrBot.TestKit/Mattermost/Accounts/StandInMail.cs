namespace MmDrBot.TestKit.Mattermost;

/// <summary>A reset mail that went out, and the token of its link.</summary>
public sealed record StandInMail(string To, string Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"reset mail to {To}";
}

namespace MmDrBot.Settings;

/// <summary>Section `Service`: what replicas of the service share.</summary>
internal sealed record ServiceOptions
{
    /// <summary>
    /// The secret behind signed buttons and sealed tokens, 32 characters or more. Default with a state on this host: made once and kept
    /// beside the state. With a state in PostgreSQL it has to be given, the same to every replica. A secret.
    /// </summary>
    public string? Secret { get; init; }
}

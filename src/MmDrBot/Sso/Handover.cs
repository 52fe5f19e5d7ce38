namespace MmDrBot.Sso;

/// <summary>How the way in was handed over. Holds secrets in memory only.</summary>
internal sealed record Handover(bool Done, string? Problem)
{
    internal string? Link { get; init; }

    internal string? TemporaryPassword { get; init; }

    /// <summary>Without the secrets.</summary>
    public override string ToString() => Done ? "handed over" : Problem ?? "";
}

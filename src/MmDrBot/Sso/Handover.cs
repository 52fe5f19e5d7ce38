namespace MmDrBot.Sso;

/// <summary>How the way in was handed over. Holds secrets in memory only.</summary>
internal sealed record Handover(bool Done, string? Problem)
{
    internal static Handover Later(Conversion conversion) => new(false, $"Nothing was handed over yet. When they call: `sso deliver @{conversion.Username}`.");

    internal string? Link { get; init; }

    internal TimeSpan LinkGoodFor { get; init; }

    internal string? TemporaryPassword { get; init; }

    /// <summary>Without the secrets.</summary>
    public override string ToString() => Done ? "handed over" : Problem ?? "";
}

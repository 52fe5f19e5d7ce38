using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>How firmly a restore point is kept.</summary>
public enum PinKind
{
    /// <summary>Until somebody takes the pin away.</summary>
    Pin,

    /// <summary>A legal hold: ends only by a release, with its reason.</summary>
    Hold,
}

/// <summary>Says that a restore point is not to be removed, whatever a policy or a person says.</summary>
/// <param name="Id">The record's id.</param>
/// <param name="RestorePoint">What is kept.</param>
/// <param name="Kind">How firmly.</param>
/// <param name="At">Since when, UTC.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why; a hold always says.</param>
public sealed record Pin(BlobId Id, BlobId RestorePoint, PinKind Kind, DateTimeOffset At, string By, string? Reason)
{
    /// <summary>In words, such as "pinned by alice: audit 2026".</summary>
    public string Describe() => $"{(Kind is PinKind.Hold ? "held" : "pinned")} by {By}{(Reason is null ? "" : $": {Reason}")}";
}

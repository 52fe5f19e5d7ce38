using MmDrBot.Diagnosis;

namespace MmDrBot.Features.Doctor;

/// <summary>Every precondition, and how it stands.</summary>
internal sealed record DoctorReport
{
    /// <summary>Whether nothing failed.</summary>
    public bool Good => Failed == 0;

    public int Failed => Findings.Count(finding => finding.State is FindingState.Failed);

    public int Warnings => Findings.Count(finding => finding.State is FindingState.Warning);

    public required IReadOnlyList<DoctorFinding> Findings { get; init; }
}

/// <summary>One precondition.</summary>
/// <param name="Area">What needs it.</param>
/// <param name="What">What was looked at.</param>
/// <param name="State">How it stands.</param>
/// <param name="Detail">What was found, or why it was not looked at.</param>
/// <param name="Cure">What to do.</param>
internal sealed record DoctorFinding(DoctorArea Area, string What, FindingState State, string Detail, string? Cure);

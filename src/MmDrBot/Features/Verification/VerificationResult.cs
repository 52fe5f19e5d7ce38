using MmDrBot.Engine.Verification.Drilling;

namespace MmDrBot.Features.Verification;

/// <summary>What a verification found.</summary>
internal sealed record VerificationResult(string RestorePoint, string Level, bool Good, long BytesRead, IReadOnlyList<string> Damage, IReadOnlyList<string> Notes)
{
    /// <summary>What a drill looked at; null below that level.</summary>
    public IReadOnlyList<CheckView>? Checks { get; init; }

    /// <summary>What a drill could not tell, and why.</summary>
    public IReadOnlyList<string>? NotProven { get; init; }

    /// <summary>How long the restore took.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>Where the database was restored.</summary>
    public string? Place { get; init; }

    /// <summary>The log of Mattermost's trial run, on the machine that ran it.</summary>
    public string? Log { get; init; }
}

/// <summary>One thing that a drill looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Outcome">passed, failed or not_proven.</param>
/// <param name="Detail">What was found.</param>
internal sealed record CheckView(string Name, string Outcome, string Detail)
{
    internal static CheckView Of(DrillCheck check) => new(check.Name, Access.EnumText.Of(check.Outcome), check.Detail);
}

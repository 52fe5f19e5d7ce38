namespace MmDrBot.Approvals;

/// <summary>A row of second_factors as the database holds it.</summary>
internal sealed class SecondFactorRow
{
    public string Username { get; init; } = "";

    /// <summary>Sealed.</summary>
    public string Secret { get; init; } = "";

    public long CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    /// <summary>The time step of the last code that was taken; no code is taken twice.</summary>
    public long LastStep { get; init; }

    public long Failures { get; init; }

    public long LockedUntil { get; init; }
}

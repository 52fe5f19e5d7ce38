namespace MmDrBot.Engine.Repositories;

/// <summary>Whether a restore point holds all that was there.</summary>
public enum RestorePointState
{
    /// <summary>Everything present was read.</summary>
    Complete,

    /// <summary>Something present could not be read; the manifest names it.</summary>
    Partial,
}

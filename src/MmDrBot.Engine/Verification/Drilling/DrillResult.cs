using MmDrBot.Engine.Restore;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>What came of a drill that was carried out.</summary>
public sealed record DrillResult
{
    /// <summary>Everything that was looked at, in its order.</summary>
    public required IReadOnlyList<DrillCheck> Checks { get; init; }

    /// <summary>How long the restore took, from the first byte to the last index.</summary>
    public required TimeSpan RestoreTime { get; init; }

    /// <summary>What the restore wrote.</summary>
    public required RestoreResult Restored { get; init; }

    /// <summary>Where the database was restored, in words; null where there was none.</summary>
    public string? Place { get; init; }

    /// <summary>What a person should know beside the checks.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The log of Mattermost's trial run; null where it was not started.</summary>
    public string? BootLog { get; init; }

    /// <summary>Why Mattermost could not be started at all; null where it was, or was not asked for. The checks before hold.</summary>
    public EngineException? NotBooted { get; init; }

    /// <summary>What is wrong with what was restored, a sentence each.</summary>
    public IReadOnlyList<string> Damage => Told(check => check.Outcome is CheckOutcome.Failed && !check.IsOfBoot);

    /// <summary>What Mattermost did not do on what was restored and is right, a sentence each. It proves nothing against the restore point: another version, a port, memory may be why.</summary>
    public IReadOnlyList<string> BootFaults => Told(check => check.Outcome is CheckOutcome.Failed && check.IsOfBoot);

    /// <summary>What could not be told, and why.</summary>
    public IReadOnlyList<string> NotProven => Told(check => check.Outcome is CheckOutcome.NotProven);

    private IReadOnlyList<string> Told(Func<DrillCheck, bool> which) => [.. Checks.Where(which).Select(check => $"{check.Name}: {check.Detail}")];
}

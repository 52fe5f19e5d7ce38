namespace MmDrBot.Jobs;

internal enum JobState
{
    /// <summary>Waits for a worker.</summary>
    Pending,

    Running,

    Succeeded,

    /// <summary>Its result stands, but something was left out; the result says what.</summary>
    PartlyFailed,

    Failed,

    Cancelled,

    /// <summary>Its process died, was stopped, or lost its lease.</summary>
    Interrupted,
}

namespace MmDrBot.Scheduling;

/// <summary>What became of an occurrence.</summary>
internal enum RunOutcome
{
    /// <summary>A job was launched; how that ended, the job says.</summary>
    Started,

    /// <summary>Something else is at work that has to end first.</summary>
    Waiting,

    Skipped,

    /// <summary>The command was refused, so there is no job.</summary>
    Failed,
}

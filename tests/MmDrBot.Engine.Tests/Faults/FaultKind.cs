namespace MmDrBot.Engine.Tests.Faults;

/// <summary>How a store lets its caller down.</summary>
public enum FaultKind
{
    /// <summary>One call fails and does nothing.</summary>
    Error,

    /// <summary>From one call on, all fail: the network is gone, or the process was killed.</summary>
    Outage,

    /// <summary>One call does its work, and fails all the same.</summary>
    LostAnswer,

    /// <summary>One read ends too early; other calls fail plainly.</summary>
    ShortRead,

    /// <summary>One deletion or listing stops in the middle; other calls fail plainly.</summary>
    Halfway,
}

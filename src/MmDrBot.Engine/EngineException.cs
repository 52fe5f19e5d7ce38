namespace MmDrBot.Engine;

/// <summary>What kind of "no" an <see cref="EngineException"/> is; the doors choose exit codes and statuses by it.</summary>
public enum EngineFault
{
    /// <summary>A setting or an argument does not fit.</summary>
    Invalid,

    /// <summary>The thing named does not exist.</summary>
    NotFound,

    /// <summary>There is no repository at that place.</summary>
    NoRepository,

    /// <summary>No key slot opens with that secret.</summary>
    WrongKey,

    /// <summary>Somebody else is at work there.</summary>
    Locked,

    /// <summary>Stored bytes are not what was written.</summary>
    Damaged,

    /// <summary>It is there already, or in the way.</summary>
    Conflict,

    /// <summary>A server, disk or tool did not do its part; trying again may help.</summary>
    Unavailable,

    /// <summary>The store refuses it to these credentials.</summary>
    Denied,

    /// <summary>Written by a newer version of this program.</summary>
    TooNew,
}

/// <summary>The one exception that the engine throws for a refusal; every other exception is a bug or the runtime's own.</summary>
/// <param name="fault">The kind of refusal.</param>
/// <param name="message">What happened, fit for a person's eyes; never holds a secret.</param>
/// <param name="hint">What to do next, if anything can be advised.</param>
/// <param name="inner">The cause.</param>
public sealed class EngineException(EngineFault fault, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The kind of refusal.</summary>
    public EngineFault Fault { get; } = fault;

    /// <summary>What to do next.</summary>
    public string? Hint { get; } = hint;

    internal static EngineException Damaged(string name, string what, Exception? inner = null) =>
        new(EngineFault.Damaged, $"{name} is damaged: {what}.", "Run `mmdr repository check` for the whole picture; another copy of the object can be put back by hand.", inner);
}

namespace MmDrBot.TestKit.Mattermost;

/// <summary>How a request goes wrong.</summary>
internal enum StandInFaultKind
{
    /// <summary>It is answered with an error and not carried out.</summary>
    Answer,

    /// <summary>The connection breaks before it is carried out.</summary>
    Abort,

    /// <summary>It is carried out, and then the connection breaks.</summary>
    LoseAnswer,

    /// <summary>It is not carried out, and no answer comes.</summary>
    Hang,

    /// <summary>It is carried out, and no answer comes.</summary>
    HangAnswer,
}

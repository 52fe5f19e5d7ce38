namespace MmDrBot.Access;

/// <summary>The door through which a request came in.</summary>
internal enum Door
{
    Chat,
    Rest,
    Cli,
    System,

    /// <summary>Nobody asked just now: a schedule was due.</summary>
    Schedule,
}

namespace MmDrBot.Engine.Platform;

/// <summary>Signals to all processes of a group, which .NET can't send. A group that is gone is no error (kill(2): ESRCH).</summary>
public static class ProcessGroup
{
    private const int Killed = 9;
    private const int Terminate = 15;

    /// <summary>Asks them to end (SIGTERM).</summary>
    /// <param name="id">The process id of the group's first process.</param>
    public static void Ask(int id) => Signal(id, Terminate);

    /// <summary>Ends them (SIGKILL).</summary>
    /// <param name="id">The process id of the group's first process.</param>
    public static void Kill(int id) => Signal(id, Killed);

    /// <summary>0 and 1 would mean our own group, and everything.</summary>
    private static void Signal(int id, int signal)
    {
        if (id > 1)
        {
            _ = Posix.kill(-id, signal);
        }
    }
}

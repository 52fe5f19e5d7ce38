namespace MmDrBot.Engine.ObjectStores;

/// <summary>That objects are written with a lock: nobody can delete them before its end, whoever has the credentials.</summary>
/// <param name="Mode">How firmly.</param>
/// <param name="Period">How long from the writing on; what is still needed is locked again before that is over.</param>
public sealed record ObjectLock(LockMode Mode, TimeSpan Period)
{
    /// <summary>
    /// What is not locked: probes, and notes that prune and check make anew when they are gone (condemned and distrusted packs, and how long
    /// locks last). All else is, whatever its folder: nothing that restore points, keys, trust or the audit rest on depends on a list here.
    /// </summary>
    private static readonly string[] Free = ["probe/", "condemned/", "distrusted/", "locks/"];

    /// <summary>Whether an object of that name is locked.</summary>
    public static bool Covers(string name) => !Free.Any(folder => name.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The lock of what is written now. Stores count whole seconds, so it ends no earlier than it should.</summary>
    public Retention From(DateTimeOffset now) => new(Mode, WholeSeconds(now.ToUniversalTime() + Period));

    private static DateTimeOffset WholeSeconds(DateTimeOffset time)
    {
        var rest = time.Ticks % TimeSpan.TicksPerSecond;
        return rest == 0 ? time : time.AddTicks(TimeSpan.TicksPerSecond - rest);
    }
}

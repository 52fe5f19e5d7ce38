namespace MmDrBot.Engine.Platform;

/// <summary>
/// Keeps young garbage small. The runtime lets it grow to the size of the processor's last cache before it collects, which on large
/// servers is hundreds of MB; there is no setting for that but an environment variable. A collection of the young generation takes about a millisecond.
/// </summary>
internal static class YoungGarbage
{
    private const long Allowance = 24 << 20;
    private static long _collectedAt;

    /// <summary>To be called in loops that allocate.</summary>
    internal static void Tick()
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: false);
        var before = Interlocked.Read(ref _collectedAt);
        if (allocated - before > Allowance && Interlocked.CompareExchange(ref _collectedAt, allocated, before) == before)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }
    }
}

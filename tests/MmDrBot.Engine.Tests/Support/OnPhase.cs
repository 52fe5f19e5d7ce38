using MmDrBot.Engine.Backup;

namespace MmDrBot.Engine.Tests.Support;

/// <summary>Does something, once, while the operation stands at the begin of a phase.</summary>
internal sealed class OnPhase(string phase, Func<Task> action) : IProgress<ProgressReport>
{
    private int _done;

    public void Report(ProgressReport value)
    {
        if (value.Phase == phase && Interlocked.Exchange(ref _done, 1) == 0)
        {
            Task.Run(action).GetAwaiter().GetResult();
        }
    }
}

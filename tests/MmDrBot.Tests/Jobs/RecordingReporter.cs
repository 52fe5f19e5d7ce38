using System.Collections.Concurrent;
using MmDrBot.Jobs;

namespace MmDrBot.Tests.Jobs;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingReporter : IJobReporter
{
    public ConcurrentQueue<Job> Told { get; } = new();

    public Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        Told.Enqueue(job);
        return Task.CompletedTask;
    }
}

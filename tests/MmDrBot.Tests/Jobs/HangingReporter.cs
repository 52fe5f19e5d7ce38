using MmDrBot.Jobs;

namespace MmDrBot.Tests.Jobs;

/// <summary>Never answers, and does not even heed its token.</summary>
internal sealed class HangingReporter : IJobReporter
{
    public Task JobChangedAsync(Job job, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
}

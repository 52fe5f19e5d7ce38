using MmDrBot.Jobs;

namespace MmDrBot.Tests.Jobs;

/// <summary>Mattermost is down.</summary>
internal sealed class FailingReporter : IJobReporter
{
    public Task JobChangedAsync(Job job, CancellationToken cancellationToken) => throw new HttpRequestException("Mattermost is down.");
}

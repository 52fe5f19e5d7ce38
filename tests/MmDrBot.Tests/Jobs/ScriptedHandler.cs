using MmDrBot.Jobs;

namespace MmDrBot.Tests.Jobs;

/// <summary>A handler of the kind "backup" that does what the test says.</summary>
internal sealed class ScriptedHandler : IJobHandler
{
    public string Kind => "backup";

    public Func<Job, IProgress<JobProgress>, CancellationToken, Task<JobOutcome>> Work { get; set; } =
        (_, _, _) => Task.FromResult(JobOutcome.Succeeded());

    /// <summary>Completed once the handler has come to its first pause.</summary>
    public TaskCompletionSource<Job> Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void WorksUntilCancelled() => Work = async (_, _, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return JobOutcome.Succeeded();
    };

    public Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var work = Work(job, progress, cancellationToken);
        Begun.TrySetResult(job);

        return work;
    }
}

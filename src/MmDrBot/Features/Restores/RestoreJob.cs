using System.Text.Json;
using MmDrBot.Engine.Restore;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Restores;

internal sealed class RestoreJob(KnownRepositories repositories, RestoreTargets targets, FilesBucket buckets) : IJobHandler
{
    public string Kind => StartRestore.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)!;
        var addresses = request.Target is null ? null : targets.Take(request.Target);
        var bucket = await buckets.OfAsync(request.Files, cancellationToken);
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = place.LockForReading(repository);
        var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
        var restored = await new RestoreRunner(repository).RunAsync(point, request.ToEngine(addresses, bucket), new ProgressAdapter(progress), cancellationToken);
        var result = new RestoreOutcome(point.Id.ToString(), restored.Tables, restored.Rows, restored.Files, restored.Bytes, restored.Notes);
        return JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));
    }
}

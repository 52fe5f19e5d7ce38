using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Verification;

internal sealed class VerificationJob(KnownRepositories repositories, RepositoryHealth health, TimeProvider time) : IJobHandler
{
    private const int Shown = 20;

    public string Kind => StartVerification.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<StartVerificationRequest>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = place.LockForReading(repository);
        var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
        var level = Enum.Parse<VerificationLevel>(request.Level, ignoreCase: true);
        var findings = await new RestorePointVerifier(repository, time).VerifyAsync(point, level, new ProgressAdapter(progress), cancellationToken);
        if (!findings.IsGood)
        {
            await health.RecordAsync(place.Name, 1, findings.Damage);
            throw new Refusal(RefusalReason.Damaged, $"Restore point {point.Id} is damaged: {string.Join(" ", findings.Damage.Take(Shown))}{(findings.Damage.Count > Shown ? $" And {findings.Damage.Count - Shown} more." : "")}", "Take a new backup now; then run `mmdr repository check` to see what else is affected.");
        }

        var result = new VerificationResult(point.Id.ToString(), request.Level, true, findings.BytesRead, findings.Damage, findings.Notes);
        return JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));
    }
}

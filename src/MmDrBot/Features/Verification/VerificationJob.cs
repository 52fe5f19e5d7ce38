using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Verification;

/// <summary>The long work of a verification. What it finds is written down, in the repository and in the state, good or not; one that could not be carried out leaves no record.</summary>
internal sealed class VerificationJob(KnownRepositories repositories, DrillPlaces places, VerificationRecorder recorder, RepositoryHealth health, TimeProvider time) : IJobHandler
{
    private const int Shown = 20;
    private const int Recorded = 100;

    public string Kind => StartVerification.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<StartVerificationRequest>(job.RequestJson, JobLauncher.Json)!;
        var level = EnumText.Parse<VerificationLevel>(request.Level);
        var drill = level >= VerificationLevel.Drill ? places.Request(level is VerificationLevel.Boot) : null;
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = await JobLocks.TakeAsync(job, () => place.LockForReading(repository), progress, time, cancellationToken);
        var point = drill is not null && request.RestorePoint == "latest" ? await DrillChoice.LatestAsync(repository, time.GetUtcNow(), cancellationToken) : await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
        var draft = Draft(point, level);
        var reached = level is VerificationLevel.Data ? VerificationLevel.Data : VerificationLevel.Structure;
        var findings = await new RestorePointVerifier(repository, time).VerifyAsync(point, reached, new ProgressAdapter(progress), cancellationToken);
        await health.RecordAsync(place.Name, point.Id, reached, findings.Damage);
        if (!findings.IsGood)
        {
            var faults = await RecordAsync(place, repository, draft with { Level = reached, Good = false, Damage = findings.Damage });
            throw Damaged(point, findings.Damage, faults, "Take a new backup now; then run `mmdr repository check` to see what else is affected.");
        }

        if (drill is not null)
        {
            return await DrillAsync(place, repository, point, draft, drill, progress, findings.Notes, cancellationToken);
        }

        var notes = findings.Notes.Concat(await RecordAsync(place, repository, draft));
        return Succeeded(new VerificationResult(point.Id.ToString(), request.Level, true, findings.BytesRead, findings.Damage, [.. notes]));
    }

    private async Task<JobOutcome> DrillAsync(RepositoryProvider place, Repository repository, RestorePoint point, VerificationRecord draft, DrillRequest request, IProgress<JobProgress> progress, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        var result = await new Drill(repository, time).RunAsync(point, request, new ProgressAdapter(progress), cancellationToken);
        // What did not start or answer proves nothing, for or against: what was proven before it stands.
        var isWhole = result.Damage.Count == 0;
        var record = draft with
        {
            Level = isWhole && result.NotBooted is null && result.BootFaults.Count == 0 ? draft.Level : VerificationLevel.Drill,
            Good = isWhole,
            Damage = result.Damage,
            BootFaults = result.BootFaults,
            NotProven = result.NotProven,
            RestoreSeconds = Math.Round(result.RestoreTime.TotalSeconds, 3),
        };
        var faults = await RecordAsync(place, repository, record);
        if (!record.Good)
        {
            await health.RecordAsync(place.Name, point.Id, record.Level, result.Damage);
            throw Damaged(point, result.Damage, faults, $"Take a new backup now, and drill that one. {(result.BootLog is { } log ? $"Mattermost's log is {log}. " : "")}`mmdr repository check` tells what else is affected.");
        }

        await health.RecordAsync(place.Name, point.Id, record.Level, []);
        if (WhyNotBooted(result) is { } reason)
        {
            var message = $"Restore point {point.Id} was restored and is right, which is recorded as a drill; but {(result.NotBooted is null ? "Mattermost did not run on it" : "the trial run did not take place")}. {reason}{Joined(faults)}";
            throw new Refusal(RefusalReason.Unavailable, message, result.NotBooted?.Hint ?? $"See whether it is the version that was backed up, and what its log says: {result.BootLog}.", result.NotBooted);
        }

        return Succeeded(new VerificationResult(point.Id.ToString(), EnumText.Of(record.Level), true, result.Restored.Bytes, [], [.. notes, .. result.Notes, .. faults])
        {
            Checks = [.. result.Checks.Select(CheckView.Of)],
            NotProven = result.NotProven,
            RestoreSeconds = record.RestoreSeconds,
            Place = result.Place,
            Log = result.BootLog,
        });
    }

    private VerificationRecord Draft(RestorePoint point, VerificationLevel level)
    {
        var now = time.GetUtcNow();
        return new VerificationRecord { RestorePoint = point.Id, Level = level, StartedAt = now, FinishedAt = now, Good = true, Host = Environment.MachineName, Program = ProgramVersion.Name };
    }

    private Task<IReadOnlyList<string>> RecordAsync(RepositoryProvider place, Repository repository, VerificationRecord record) =>
        recorder.RecordAsync(repository, record with { FinishedAt = time.GetUtcNow(), Damage = [.. record.Damage.Take(Recorded)] }, inState: !repositories.IsCopy(place.Name));

    private static string? WhyNotBooted(DrillResult result) => result.NotBooted?.Message ?? (result.BootFaults.Count > 0 ? string.Join(" ", result.BootFaults) : null);

    private static string Joined(IReadOnlyList<string> sentences) => string.Concat(sentences.Select(sentence => " " + sentence));

    private static JobOutcome Succeeded(VerificationResult result) => JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));

    private static Refusal Damaged(RestorePoint point, IReadOnlyList<string> damage, IReadOnlyList<string> faults, string hint) => new(
        RefusalReason.Damaged,
        $"Restore point {point.Id} is damaged: {string.Join(" ", damage.Take(Shown))}{(damage.Count > Shown ? $" And {damage.Count - Shown} more." : "")}{Joined(faults)}",
        hint);
}

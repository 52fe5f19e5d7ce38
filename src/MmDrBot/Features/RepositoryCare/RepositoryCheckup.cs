using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Checks a repository whole, and writes down what that says of it and of its restore points: damage stands until a check like this disproves it.</summary>
internal sealed class RepositoryCheckup(KnownRepositories repositories, ExpectedRestorePoints expectedPoints, RepositoryHealth health, VerificationRecorder recorder, TimeProvider time)
{
    /// <param name="place">Which.</param>
    /// <param name="repository">The same, open and locked.</param>
    /// <param name="readShare">The share of the packs to read, 0 to 1.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<CheckResult> RunAsync(RepositoryProvider place, Repository repository, double readShare, IProgress<ProgressReport> progress, CancellationToken cancellationToken)
    {
        var (expected, elsewhere, note) = await expectedPoints.ListAsync(place, repository.Id, cancellationToken);
        var findings = await new RepositoryChecker(repository, time).CheckAsync(new CheckRequest { ReadShare = readShare, Expected = expected, Elsewhere = elsewhere }, progress, cancellationToken);
        await health.RecordAsync(place.Name, readShare, findings.Damage);
        await recorder.RecordAsync(repository, findings, isAll: readShare >= 1, time.GetUtcNow(), inState: !repositories.IsCopy(place.Name));
        return new CheckResult(findings.IsGood, findings.Objects, findings.BytesRead, findings.Damage, [.. findings.Notes, .. note is null ? Array.Empty<string>() : [note]]);
    }
}

using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Which repository to repair, from which other one; how much to read; whether only to say what would be done.</summary>
internal sealed record RepairRepositoryRequest(string? Repository, string? From, bool ReadData, bool DryRun);

/// <summary>Mends a repository from a copy, or a copy from the first repository, rebuilds its indexes, lists what is lost.</summary>
internal sealed class RepairRepository(JobLauncher jobs, KnownRepositories repositories)
{
    internal const string Kind = "repair";

    public async Task<Job> HandleAsync(RepairRepositoryRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var place = repositories.Get(request.Repository).Name;
        var from = request.From is null ? null : repositories.Get(request.From).Name;
        if (from == place)
        {
            throw new Refusal(RefusalReason.Invalid, $"{from} can't be repaired from itself.", "Name another repository; `repositories` lists them.");
        }

        return await jobs.LaunchAsync(Kind, request with { Repository = place, From = from }, exclusiveKey: $"{Kind}:{place}", actor, launch, cancellationToken);
    }
}

/// <summary>What a repair did, or would do.</summary>
/// <param name="Repository">What was repaired.</param>
/// <param name="From">Where good copies came from.</param>
/// <param name="DryRun">Nothing was changed.</param>
/// <param name="Result">What was mended, and what is lost.</param>
/// <param name="Check">What a check found afterwards; none after a dry run.</param>
/// <param name="CheckedShare">The share of all data that this check read, from 0 to 1.</param>
internal sealed record RepairOutcome(string Repository, string? From, bool DryRun, RepairResult Result, CheckResult? Check = null, double CheckedShare = 0);

internal sealed class RepairJob(KnownRepositories repositories, ExpectedRestorePoints expectedPoints, CopyRecords copies, RepositoryCheckup checkup, RepositoryHealth health, TimeProvider time) : IJobHandler
{
    private const int Kept = 100;

    public string Kind => RepairRepository.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<RepairRepositoryRequest>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(request.Repository);
        var (other, from) = await SourceAsync(place.Name, request.From, cancellationToken);
        var repository = await OpenAsync(place, HasSameKey(place, other) ? from : null, cancellationToken);
        var result = await RepairAsync(request, place, repository, other, from, new ProgressAdapter(progress), cancellationToken);
        var share = request.DryRun ? 0 : await health.ShareToDisproveAsync(place.Name);
        var check = request.DryRun ? null : await TryCheckAsync(job, place, repository, share, progress, cancellationToken);
        var json = JsonSerializer.Serialize(new RepairOutcome(place.Name, other?.Name, request.DryRun, result, check, share), JobLauncher.Json);
        return result.Lost.Count + result.Losses.Count > 0 || check is { Good: false } ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
    }

    private async Task<RepairResult> RepairAsync(RepairRepositoryRequest request, RepositoryProvider place, Repository repository, RepositoryProvider? other, Repository? from, ProgressAdapter progress, CancellationToken cancellationToken)
    {
        using var reading = from is null ? null : other!.LockForReading(from);
        using var alone = request.DryRun ? place.LockForReading(repository) : place.LockForMaintenance(repository);
        var (expected, _, _) = await expectedPoints.ListAsync(place, repository.Id, cancellationToken);
        return await new RepositoryRepair(repository, from, time).RunAsync(new RepairRequest { ReadData = request.ReadData, DryRun = request.DryRun, Expected = expected }, progress, cancellationToken);
    }

    /// <summary>
    /// Reads everything where reading had found the damage, so that what is mended is alarmed of no longer, and what is not, is; backups go on beside it.
    /// What was repaired is told even if the check does not come to its end.
    /// </summary>
    private async Task<CheckResult> TryCheckAsync(Job job, RepositoryProvider place, Repository repository, double share, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var reading = await JobLocks.TakeAsync(job, () => place.LockForReading(repository), progress, time, cancellationToken);
            var result = await checkup.RunAsync(place, repository, share, new ProgressAdapter(progress), cancellationToken);
            return result with { Damage = [.. result.Damage.Take(Kept)], Notes = [] };
        }
        catch (Exception failure) when (failure is Refusal or OperationCanceledException || EngineRefusals.From(failure) is not null)
        {
            return new CheckResult(false, 0, 0, [$"**The check afterwards broke off**, so it is not known what is left: {EngineRefusals.From(failure)?.Message ?? failure.Message}"], []);
        }
    }

    private bool HasSameKey(RepositoryProvider place, RepositoryProvider? other) => other is not null && !HasOwnKey(place.Name) && !HasOwnKey(other.Name);

    private bool HasOwnKey(string name) => name != KnownRepositories.Main && repositories.OptionsOf(name).HasOwnKey;

    /// <summary>
    /// The one that was named; else for the first repository a copy, rather one with the same keys, for a copy the first repository. Where nothing was
    /// copied yet there is none.
    /// </summary>
    private async Task<(RepositoryProvider? Place, Repository? Repository)> SourceAsync(string name, string? named, CancellationToken cancellationToken)
    {
        var candidates = named is not null ? [named]
            : name == KnownRepositories.Main ? repositories.Copies.OrderBy(copy => copy.Value.HasOwnKey).Select(copy => copy.Key)
            : (IEnumerable<string>)[KnownRepositories.Main];
        foreach (var candidate in candidates)
        {
            try
            {
                var place = repositories.Get(candidate);
                return (place, await place.OpenAsync(cancellationToken));
            }
            catch (Refusal empty) when (named is null && candidate != KnownRepositories.Main && empty.Reason is RefusalReason.NoRepository)
            {
                // One that was never copied to is none; one whose disk is not mounted would be missed.
                if ((await copies.HeldAsync(candidate, cancellationToken)).Count > 0)
                {
                    throw;
                }
            }
        }

        return (null, null);
    }

    /// <summary>A repository whose keys are gone opens with those of its copy.</summary>
    private static async Task<Repository> OpenAsync(RepositoryProvider place, Repository? from, CancellationToken cancellationToken)
    {
        try
        {
            return await place.OpenAsync(cancellationToken);
        }
        catch (Refusal closed) when (from is not null && closed.Reason is RefusalReason.NoRepository or RefusalReason.WrongKey or RefusalReason.Damaged)
        {
            return await EngineRefusals.TranslateAsync(() => RepositoryRepair.OpenWithKeyOfAsync(from, place.Store(), cancellationToken));
        }
    }
}

using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine;
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
        var sources = await SourcesAsync(place.Name, request.From, cancellationToken);
        var repository = await OpenAsync(place, sources.FirstOrDefault(source => HasSameKey(place, source.Place)).Repository, cancellationToken);
        var (result, used) = await RepairAsync(request, place, repository, sources, new ProgressAdapter(progress), cancellationToken);
        var share = request.DryRun ? 0 : await health.ShareToDisproveAsync(place.Name);
        var check = request.DryRun ? null : await TryCheckAsync(job, place, repository, share, progress, cancellationToken);
        var json = JsonSerializer.Serialize(new RepairOutcome(place.Name, used, request.DryRun, result, check, share), JobLauncher.Json);
        return result.Lost.Count + result.Losses.Count > 0 || check is { Good: false } ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
    }

    /// <summary>From one after the other, as long as something is lost.</summary>
    private async Task<(RepairResult Result, string? Used)> RepairAsync(RepairRepositoryRequest request, RepositoryProvider place, Repository repository, IReadOnlyList<(RepositoryProvider Place, Repository Repository)> sources, ProgressAdapter progress, CancellationToken cancellationToken)
    {
        RepairResult? result = null;
        var used = new List<string>();
        foreach (var (other, from) in sources.TakeWhile(_ => result is null || result.Lost.Count + result.Losses.Count > 0))
        {
            try
            {
                var next = await RepairAsync(request, place, repository, other, from, progress, cancellationToken);
                result = result is null ? next : next.After(result);
                used.Add(other.Name);
            }
            catch (EngineException unrelated) when (request.From is null && unrelated.Fault is EngineFault.Conflict && !HasSameKey(place, other))
            {
                // It holds no copy of anything here, and nobody said that it did.
            }
        }

        return (result ?? await RepairAsync(request, place, repository, null, null, progress, cancellationToken), used.Count == 0 ? null : string.Join(", ", used));
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
    /// The one that was named; else for the first repository its copies, those with the same keys first, for a copy the first repository. Where nothing was
    /// copied yet there is none, and one with another key that can't be opened, or has no copy of anything here, is left out.
    /// </summary>
    private async Task<IReadOnlyList<(RepositoryProvider Place, Repository Repository)>> SourcesAsync(string name, string? named, CancellationToken cancellationToken)
    {
        if (named is not null)
        {
            return [(repositories.Get(named), await repositories.Get(named).OpenAsync(cancellationToken))];
        }

        var sources = new List<(RepositoryProvider, Repository)>();
        foreach (var candidate in name == KnownRepositories.Main ? repositories.Copies.OrderBy(copy => copy.Value.HasOwnKey).Select(copy => copy.Key) : [KnownRepositories.Main])
        {
            var place = repositories.Get(candidate);
            try
            {
                sources.Add((place, await place.OpenAsync(cancellationToken)));
            }
            catch (Refusal closed)
            {
                if (!HasOwnKey(candidate) && !HasOwnKey(name) && !(closed.Reason is RefusalReason.NoRepository && candidate != KnownRepositories.Main && (await copies.HeldAsync(candidate, cancellationToken)).Count == 0))
                {
                    throw; // One whose disk is not mounted would be missed; one that was never copied to is none.
                }
            }
        }

        return sources;
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

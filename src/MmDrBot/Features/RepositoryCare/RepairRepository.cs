using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Which repository to repair, from which other one; how much to read; whether only to say what would be done.</summary>
internal sealed record RepairRepositoryRequest(string? Repository, string? From, bool ReadData, bool DryRun);

/// <summary>Mends a repository from another one with the same keys, rebuilds its indexes, lists what is lost.</summary>
internal sealed class RepairRepository(JobLauncher jobs, KnownRepositories repositories)
{
    internal const string Kind = "repair";

    public async Task<Job> HandleAsync(RepairRepositoryRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var place = repositories.Get(request.Repository);
        var from = request.From is null ? Choose(place.Name) : repositories.Get(request.From).Name;
        if (from == place.Name)
        {
            throw new Refusal(RefusalReason.Invalid, $"{from} can't be repaired from itself.", "Name another repository; `repositories` lists them.");
        }

        return await jobs.LaunchAsync(Kind, request with { Repository = place.Name, From = from }, exclusiveKey: $"{Kind}:{place.Name}", actor, launch, cancellationToken);
    }

    /// <summary>The first repository for a copy, the first copy that shares its keys for the first repository; null where there is none.</summary>
    private string? Choose(string name) =>
        name == KnownRepositories.Main
            ? repositories.Copies.Where(copy => !copy.Value.HasOwnKey).Select(copy => copy.Key).FirstOrDefault()
            : repositories.OptionsOf(name).HasOwnKey ? null : KnownRepositories.Main;
}

/// <summary>What a repair did, or would do.</summary>
internal sealed record RepairOutcome(string Repository, string? From, bool DryRun, RepairResult Result);

internal sealed class RepairJob(KnownRepositories repositories, ExpectedRestorePoints expectedPoints, TimeProvider time) : IJobHandler
{
    public string Kind => RepairRepository.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<RepairRepositoryRequest>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(request.Repository);
        var other = request.From is null ? null : repositories.Get(request.From);
        var from = other is null ? null : await other.OpenAsync(cancellationToken);
        using var reading = from is null ? null : other!.LockForReading(from);
        var repository = await OpenAsync(place, from, cancellationToken);
        using var alone = request.DryRun ? place.LockForReading(repository) : place.LockForMaintenance(repository);
        var (expected, _, _) = await expectedPoints.ListAsync(place, repository.Id, cancellationToken);
        var result = await new RepositoryRepair(repository, from, time).RunAsync(new RepairRequest { ReadData = request.ReadData, DryRun = request.DryRun, Expected = expected }, new ProgressAdapter(progress), cancellationToken);
        var json = JsonSerializer.Serialize(new RepairOutcome(place.Name, other?.Name, request.DryRun, result), JobLauncher.Json);
        return result.Lost.Count + result.Losses.Count > 0 ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
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

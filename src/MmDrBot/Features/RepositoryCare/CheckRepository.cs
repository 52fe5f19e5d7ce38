using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>How much to read: a share of the packs from 0 to 1.</summary>
internal sealed record CheckRepositoryRequest(double ReadShare)
{
    /// <summary>main if left out, or a copy by its name.</summary>
    public string? Repository { get; init; }
}

internal sealed class CheckRepositoryValidator : AbstractValidator<CheckRepositoryRequest>
{
    public CheckRepositoryValidator() => RuleFor(request => request.ReadShare).InclusiveBetween(0, 1).WithMessage("The share to read is a percentage from 0% to 100%.");
}

/// <summary>Checks the whole repository.</summary>
internal sealed class CheckRepository(IValidator<CheckRepositoryRequest> validator, KnownRepositories repositories, JobLauncher jobs)
{
    internal const string Kind = "check";

    public async Task<Job> HandleAsync(CheckRepositoryRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Verify);
        validator.RequireValid(request);
        repositories.Get(request.Repository);
        return await jobs.LaunchAsync(Kind, request, exclusiveKey: null, actor, launch, cancellationToken);
    }
}

/// <summary>What a check found.</summary>
internal sealed record CheckResult(bool Good, long Objects, long BytesRead, IReadOnlyList<string> Damage, IReadOnlyList<string> Notes);

internal sealed class CheckJob(KnownRepositories repositories, RepositoryCheckup checkup, TimeProvider time) : IJobHandler
{
    private const int Shown = 50;

    public string Kind => CheckRepository.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<CheckRepositoryRequest>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = await JobLocks.TakeAsync(job, () => place.LockForReading(repository), progress, time, cancellationToken);
        var result = await checkup.RunAsync(place, repository, request.ReadShare, new ProgressAdapter(progress), cancellationToken);
        if (!result.Good)
        {
            throw new Refusal(RefusalReason.Damaged, $"The repository is damaged, {(result.Damage.Count == 1 ? "1 finding" : $"{result.Damage.Count} findings")}:\n{string.Join('\n', result.Damage.Take(Shown).Select(line => "- " + line))}{(result.Damage.Count > Shown ? $"\n- and {result.Damage.Count - Shown} more" : "")}", string.Join('\n', Advice.For(result.Damage)));
        }

        return JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>How to prune; hours that condemned packs stay.</summary>
internal sealed record PruneRepositoryRequest(bool DryRun, double MinimumAgeHours, bool SoleWriter)
{
    /// <summary>main if left out, or a copy by its name.</summary>
    public string? Repository { get; init; }
}

/// <summary>Frees the space of forgotten restore points, in two phases.</summary>
internal sealed class PruneRepository(JobLauncher jobs, KnownRepositories repositories, ApprovalGuard approvals)
{
    internal const string Kind = "prune";

    private const double LongestAgeHours = 87600;

    public async Task<Job> HandleAsync(PruneRepositoryRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        if (request.MinimumAgeHours is not (>= 0 and <= LongestAgeHours))
        {
            throw new Refusal(RefusalReason.Invalid, "The minimum age is 0 to 87600 hours (ten years).");
        }

        repositories.Get(request.Repository);
        if (!request.DryRun)
        {
            launch = await ClearAsync(request, actor, launch, cancellationToken);
        }

        return await jobs.LaunchAsync(Kind, request, exclusiveKey: repositories.IsCopy(request.Repository) ? $"{Kind}:{request.Repository}" : Kind, actor, launch, cancellationToken);
    }

    private Task<JobLaunch> ClearAsync(PruneRepositoryRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        var summary = string.Create(CultureInfo.InvariantCulture, $"Prune {(repositories.IsCopy(request.Repository) ? $"the copy {request.Repository}" : "the repository")}: delete what no restore point needs and was condemned {request.MinimumAgeHours} hours ago or more{(request.SoleWriter ? ", as the only user of the repository" : "")}.");
        return approvals.ClearAsync(GuardedOperation.Prune, summary, request, Permission.ManageRepository, actor, launch, cancellationToken);
    }
}

internal sealed class PruneJob(KnownRepositories repositories, TimeProvider time) : IJobHandler
{
    public string Kind => PruneRepository.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<PruneRepositoryRequest>(job.RequestJson, JobLauncher.Json)!;
        progress.Report(new JobProgress("prune"));
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var alone = await JobLocks.TakeAsync(job, () => place.LockForMaintenance(repository), progress, time, cancellationToken);
        var result = await new Pruner(repository, time).RunAsync(new PruneRequest { DryRun = request.DryRun, MinimumAge = TimeSpan.FromHours(request.MinimumAgeHours), SoleWriter = request.SoleWriter }, cancellationToken);
        return JobOutcome.Succeeded(JsonSerializer.Serialize(new PruneOutcome(request.DryRun, result), JobLauncher.Json));
    }
}

/// <summary>What prune did, or would do.</summary>
internal sealed record PruneOutcome(bool DryRun, PruneResult Result);

internal sealed class PruneReport : IJobReport
{
    public string Kind => PruneRepository.Kind;

    public string Title => "Prune";

    public string Success(Job job)
    {
        var (dryRun, result) = JsonSerializer.Deserialize<PruneOutcome>(job.ResultJson!, JobLauncher.Json)!;
        var would = dryRun ? "would be " : "";
        return string.Join('\n', new[]
        {
            dryRun ? "Nothing was changed." : "",
            $"{Words.Count(result.Deleted, "pack", "packs")} ({Words.Bytes(result.DeletedBytes)}) {would}deleted, {result.Condemned} newly {would}condemned ({result.Rewritten} rewritten), {result.Waiting} condemned ones are too young, {result.Reprieved} are needed again.",
            result.Locked > 0 ? $"{Words.Count(result.Locked, "pack that nobody needs is", "packs that nobody needs are")} locked, the last until {result.LockedUntil:yyyy-MM-dd HH:mm} UTC; a later prune deletes them." : "",
            result.Kept > 0 ? $"Of {Words.Count(result.Kept, "deleted pack", "deleted packs")} the bucket keeps a version, since these credentials may not delete versions: a lifecycle rule for older versions frees the space." : "",
            result.Leftovers > 0 ? $"{Words.Count(result.Leftovers, "leftover", "leftovers")} of interrupted commands {would}removed." : "",
        }.Where(line => line.Length > 0));
    }
}

internal sealed class PruneVerb(PruneRepository prune, JobReports reports) : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be done." };
    private readonly Option<double> _minimumAge = new("--minimum-age") { Description = "Hours that condemned packs stay before they go. Less than 24 only when nothing else uses the repository.", DefaultValueFactory = _ => 24, HelpName = "HOURS" };

    private readonly Option<bool> _soleWriter = new("--sole-writer") { Description = "Nothing else uses the repository; needed on stores that do not refuse to overwrite." };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "repository prune";

    internal override bool Schedulable => true;

    internal override string Description => "Frees space in two phases: condemns packs that nobody needs; a run a day later deletes them.";

    internal override string Details =>
        "The first run condemns packs that nobody needs; a run at least --minimum-age later deletes those that nobody came to need meanwhile. So a backup that runs at the same time loses nothing.";

    internal override IReadOnlyList<string> Examples => ["repository prune --dry-run", "repository prune"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_dryRun);
        command.Options.Add(_minimumAge);
        command.Options.Add(_soleWriter);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new PruneRepositoryRequest(invocation.Value(_dryRun), invocation.Value(_minimumAge), invocation.Value(_soleWriter)) { Repository = invocation.Value(_repository) };
        var job = await prune.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

using System.CommandLine;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Makes the index again from the packs.</summary>
internal sealed class RebuildIndex(JobLauncher jobs, KnownRepositories repositories)
{
    internal const string Kind = "rebuild-index";

    public async Task<Job> HandleAsync(string? repository, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        return await jobs.LaunchAsync(Kind, new CareRequest(repositories.Get(repository).Name), exclusiveKey: repositories.IsCopy(repository) ? $"{Kind}:{repository}" : Kind, actor, launch, cancellationToken);
    }
}

internal sealed class RebuildIndexJob(KnownRepositories repositories) : IJobHandler
{
    public string Kind => RebuildIndex.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new JobProgress("reading packs"));
        var place = repositories.Get(JsonSerializer.Deserialize<CareRequest>(job.RequestJson, JobLauncher.Json)?.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var alone = place.LockForMaintenance(repository);
        var result = JsonSerializer.Serialize(await IndexRebuilder.RunAsync(repository, cancellationToken), JobLauncher.Json);
        return JsonSerializer.Deserialize<RebuildResult>(result, JobLauncher.Json)!.Unreadable.Count > 0 ? JobOutcome.PartlyFailed(result) : JobOutcome.Succeeded(result);
    }
}

internal sealed class RebuildIndexReport : IJobReport
{
    public string Kind => RebuildIndex.Kind;

    public string Title => "Rebuilding the index";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<RebuildResult>(job.ResultJson!, JobLauncher.Json)!;
        return string.Join('\n', [$"The index now covers {Words.Count(result.Packs, "pack", "packs")} with {Words.Count(result.Blobs, "blob", "blobs")}.", .. result.Unreadable.Select(line => $"Left out: {line}")]);
    }
}

internal sealed class RebuildIndexVerb(RebuildIndex rebuild, JobReports reports) : Verb
{
    internal override string Path => "repository rebuild-index";

    internal override string Description => "Makes the index again from the packs, and repository.json if it is gone.";

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override IReadOnlyList<string> Examples => ["repository rebuild-index"];

    internal override void Shape(Command command) => command.Options.Add(_repository);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await rebuild.HandleAsync(invocation.Value(_repository), invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

using System.CommandLine;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Locking;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Locks what is still needed for longer. Backups do so too: this is for when none has run for long.</summary>
internal sealed class ExtendLocks(JobLauncher jobs, KnownRepositories repositories)
{
    internal const string Kind = "extend-locks";

    public async Task<Job> HandleAsync(string? repository, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        return repositories.Get(repository).Options.ObjectLock.IsSet
            ? await jobs.LaunchAsync(Kind, new CareRequest(repository), exclusiveKey: repositories.IsCopy(repository) ? $"{Kind}:{repository}" : Kind, actor, launch, cancellationToken)
            : throw new Refusal(RefusalReason.Invalid, $"Nothing is locked: {SettingName.Of(repositories.IsCopy(repository) ? $"Repositories:{repository}" : "Repository")}__ObjectLock__Mode is none.", "Set it to governance or compliance for a bucket with Object Lock (docs/immutable.md).");
    }
}

/// <summary>How locks stand.</summary>
internal sealed record ExtendLocksResult(string Mode, int Objects, int Extended, int Asked, DateTimeOffset? Until, IReadOnlyList<string> Warnings);

internal sealed class ExtendLocksJob(KnownRepositories repositories, TimeProvider time) : IJobHandler
{
    public string Kind => ExtendLocks.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new JobProgress("extending locks"));
        var place = repositories.Get(JsonSerializer.Deserialize<CareRequest>(job.RequestJson, JobLauncher.Json)?.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = await JobLocks.TakeAsync(job, () => place.LockForReading(repository), progress, time, cancellationToken);
        var report = await new LockKeeper(repository, time).ExtendAsync(cancellationToken)
            ?? throw new Refusal(RefusalReason.Invalid, $"{repository.Location} locks nothing.", "Only a bucket with Object Lock can, where MMDR_Repository__ObjectLock__Mode says so.");
        return JobOutcome.Succeeded(JsonSerializer.Serialize(new ExtendLocksResult(EnumText.Of(report.Mode), report.Objects, report.Extended, report.Asked, report.Until, report.Warnings), JobLauncher.Json));
    }
}

internal sealed class ExtendLocksReport : IJobReport
{
    public string Kind => ExtendLocks.Kind;

    public string Title => "Extending locks";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<ExtendLocksResult>(job.ResultJson!, JobLauncher.Json)!;
        return string.Join('\n', [$"{Words.Count(result.Objects, "object is", "objects are")} locked ({result.Mode}) until {result.Until:yyyy-MM-dd HH:mm} UTC or longer; {result.Extended} of them were locked for longer now.", .. result.Warnings.Select(warning => $"Note: {warning}")]);
    }
}

internal sealed class ExtendLocksVerb(ExtendLocks extend, JobReports reports) : Verb
{
    internal override string Path => "repository extend-locks";

    internal override bool Schedulable => true;

    internal override string Description => "Locks what is still needed for longer, in a bucket with Object Lock.";

    internal override string Details =>
        "Every backup does it too, and a built-in schedule. What has less than half of its days left is locked for all of them again. Forgotten restore points and condemned packs are left to run out. It costs one listing, and one call for each object that is extended.";

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override IReadOnlyList<string> Examples => ["repository extend-locks"];

    internal override void Shape(Command command) => command.Options.Add(_repository);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await extend.HandleAsync(invocation.Value(_repository), invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Locking;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Whether only to say what would come back, and from which time on nothing counts as forgotten.</summary>
internal sealed record RecoverHiddenRequest(bool DryRun, DateTimeOffset? ForgottenSince, string? Repository = null);

/// <summary>Brings back what somebody hid by delete markers or wrote over.</summary>
internal sealed class RecoverHidden(JobLauncher jobs, KnownRepositories repositories)
{
    internal const string Kind = "recover-hidden";

    public async Task<Job> HandleAsync(RecoverHiddenRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        repositories.Get(request.Repository);
        return await jobs.LaunchAsync(Kind, request, exclusiveKey: repositories.IsCopy(request.Repository) ? $"{Kind}:{request.Repository}" : Kind, actor, launch, cancellationToken);
    }
}

/// <summary>What came back, or would.</summary>
internal sealed record RecoverHiddenResult(bool DryRun, IReadOnlyList<string> Recovered, int Rewritten, IReadOnlyList<string> Lost, IReadOnlyList<string> Recalled);

internal sealed class RecoverHiddenJob(KnownRepositories repositories, TimeProvider time) : IJobHandler
{
    public string Kind => RecoverHidden.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<RecoverHiddenRequest>(job.RequestJson, JobLauncher.Json)!;
        progress.Report(new JobProgress("looking at all versions"));
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenHiddenAsync(cancellationToken);
        using var alone = place.LockForMaintenance(repository);
        var result = await HiddenRecovery.RunAsync(repository, request.DryRun, request.ForgottenSince, time, cancellationToken);
        var json = JsonSerializer.Serialize(new RecoverHiddenResult(request.DryRun, result.Recovered, result.Rewritten, result.Lost, result.Recalled), JobLauncher.Json);
        return result.Lost.Count > 0 ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
    }
}

internal sealed class RecoverHiddenReport : IJobReport
{
    private const int Shown = 20;

    public string Kind => RecoverHidden.Kind;

    public string Title => "Recovery of hidden objects";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<RecoverHiddenResult>(job.ResultJson!, JobLauncher.Json)!;
        if (result is { Recovered.Count: 0, Lost.Count: 0, Recalled.Count: 0 })
        {
            return "Nothing is hidden or written over.";
        }

        var rewritten = result.Rewritten > 0 ? $", {result.Rewritten} of them written again since what lay on top may not be deleted" : "";
        var next = result.DryRun ? "Nothing was changed." : "Now run `repository check --read-data`, and replace the credentials of the bucket: somebody else has used them.";
        return string.Join('\n', [$"{Words.Count(result.Recovered.Count, "object", "objects")} {(result.DryRun ? "would be" : "are")} back{rewritten}:", .. result.Recovered.Take(Shown).Select(name => $"- {name}"), .. result.Recovered.Count > Shown ? [$"- and {result.Recovered.Count - Shown} more"] : Array.Empty<string>(), .. result.Recalled.Select(id => $"Not forgotten{(result.DryRun ? "" : " any more")}: restore point `{id}`"), .. result.Lost.Select(line => $"Lost: {line}"), next]);
    }
}

internal sealed class RecoverHiddenVerb(RecoverHidden recover, JobReports reports) : Verb
{
    private readonly Option<string?> _since = new("--forgotten-since") { Description = "Also take back what was forgotten from this time on, such as 2026-05-01 or 2026-05-01T22:00Z.", HelpName = "TIME" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would come back." };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "repository recover-hidden";

    internal override string Description => "Brings back what somebody hid by delete markers or wrote over, in a bucket that keeps versions.";

    internal override string Details =>
        "A delete without a version only hides a locked object, and a write over it leaves the older version below. What this program deleted itself stays deleted: it left a tombstone or a later index. Works even when the keys and repository.json are hidden.";

    internal override IReadOnlyList<string> Examples => ["repository recover-hidden --dry-run", "repository recover-hidden", "repository recover-hidden --forgotten-since 2026-05-03"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_dryRun);
        command.Options.Add(_since);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await recover.HandleAsync(new RecoverHiddenRequest(invocation.Value(_dryRun), Since(invocation.Value(_since)), invocation.Value(_repository)), invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }

    private static DateTimeOffset? Since(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new Refusal(RefusalReason.Invalid, "--forgotten-since takes a time.", "Write it as 2026-05-01 or 2026-05-01T22:00Z.");
}

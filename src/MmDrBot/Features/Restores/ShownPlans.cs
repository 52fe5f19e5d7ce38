using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

/// <summary>A plan as it was shown.</summary>
internal sealed record ShownPlan(string JobId, StartRestoreRequest Request, PlannedRestore Planned, DateTimeOffset ShownAt);

/// <summary>Plans that were shown in chat: the rows of the jobs that made them. Each can be confirmed once, within the hour.</summary>
internal sealed class ShownPlans(JobStore jobs, InvitationStore invitations, TimeProvider time)
{
    internal const string Kind = "restore-plan";
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <exception cref="Refusal">NotFound, or Conflict: it can't be confirmed, or not any more.</exception>
    internal async Task<ShownPlan> GetOpenAsync(string jobId, CancellationToken cancellationToken)
    {
        var plan = await GetAsync(jobId, cancellationToken);
        return await invitations.IsUsedAsync(Mark(plan.JobId), cancellationToken) ? throw Used()
            : plan.Planned.Refusals.Count > 0 ? throw new Refusal(RefusalReason.Conflict, $"That plan would be refused: {string.Join(" ", plan.Planned.Refusals)}", "Mend that, and have a new plan shown.")
            : time.GetUtcNow() - plan.ShownAt > Lifetime ? throw new Refusal(RefusalReason.Conflict, $"The plan was shown {Words.Time(plan.ShownAt)}, more than an hour ago; things may have changed.", $"Have a new one shown: `{string.Join(' ', WordsOf(plan.Request))}`.")
            : plan;
    }

    /// <exception cref="Refusal">NotFound, or Conflict: the job shows no plan.</exception>
    internal async Task<ShownPlan> GetAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        if (job is not { Kind: Kind, State: JobState.Succeeded, ResultJson: { } result, FinishedAt: { } finished })
        {
            throw new Refusal(RefusalReason.Conflict, $"The job {job.Id} shows no plan of a restore.", "`restore ID --to NAME` shows one.");
        }

        var request = JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)!;
        var planned = JsonSerializer.Deserialize<PlannedRestore>(result, JobLauncher.Json)!;
        return new ShownPlan(job.Id, request with { RestorePoint = planned.RestorePoint }, planned, finished);
    }

    /// <summary>Uses it up, with whatever else the transaction does.</summary>
    /// <exception cref="Refusal">Conflict: somebody was quicker.</exception>
    internal async Task UseAsync(StateTransaction transaction, ShownPlan plan, Actor actor, CancellationToken cancellationToken)
    {
        if (!await invitations.TryClaimAsync(transaction, Mark(plan.JobId), actor.Name, Lifetime * 2, cancellationToken))
        {
            throw Used();
        }
    }

    private static string Mark(string jobId) => $"plan:{jobId}";

    private static Refusal Used() => new(RefusalReason.Conflict, "This plan was confirmed already.", "`jobs` shows what came of it. For another restore have a new plan shown.");

    /// <summary>The words that ask for the same plan again.</summary>
    internal static IReadOnlyList<string> WordsOf(StartRestoreRequest request) =>
    [
        "restore", request.RestorePoint, "--to", request.To ?? "",
        .. request.Only.SelectMany(component => new[] { "--only", component }),
        .. request.Paths.SelectMany(path => new[] { "--path", path }),
        .. request.Repository is { } repository ? new[] { "--repository", repository } : [],
        .. request.Owner is { } owner ? new[] { "--owner", owner } : [],
        .. request.Create ? new[] { "--create" } : [],
        .. request.Overwrite ? new[] { "--overwrite" } : [],
        .. request.SearchLater ? new[] { "--search-later" } : [],
    ];
}

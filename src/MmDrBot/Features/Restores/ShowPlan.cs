using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Engine.Restore;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

/// <summary>Has a plan made and shown by a job: to look at the targets takes longer than chat waits, and a post can have the button that confirms it.</summary>
internal sealed class ShowPlan(IValidator<StartRestoreRequest> validator, RestorePlaces places, JobLauncher jobs)
{
    public async Task<Job> HandleAsync(StartRestoreRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        RestoreRules.RequireNamed(request, RestoreAddresses.None, actor, places.Names);
        places.RequireKnown(request.To);
        return await jobs.LaunchAsync(ShownPlans.Kind, request, exclusiveKey: null, actor, launch, cancellationToken);
    }
}

internal sealed class ShowPlanJob(PlanRestore plan) : IJobHandler
{
    private static readonly FrozenSet<Permission> Needed = new[] { Permission.Restore }.ToFrozenSet();

    public string Kind => ShownPlans.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new JobProgress("looking at the targets"));
        var request = JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)!;
        var planned = await plan.HandleAsync(request, RestoreAddresses.None, new Actor(job.ActorName, job.Door, Needed), cancellationToken);
        return JobOutcome.Succeeded(JsonSerializer.Serialize(planned, JobLauncher.Json));
    }
}

/// <summary>The plan in a post, with the button that carries it out.</summary>
internal sealed class ShowPlanReport(ApprovalOptions approvals) : IJobReport
{
    public string Kind => ShownPlans.Kind;

    public string Title => "Plan of a restore";

    public string Success(Job job)
    {
        var (request, planned) = Of(job);
        var lines = new List<string> { $"Restore point `{Words.Short(planned.RestorePoint)}` of {Words.Time(planned.TakenAt)}{(request.Repository is { } copy && copy != CopyFaults.Main ? $" from the copy **{copy}**" : "")} to **{request.To}**; nothing was changed yet." };
        lines.AddRange(planned.Steps.Select(Line));
        lines.AddRange(planned.Warnings.Select(warning => $"Note: {warning}"));
        if (planned.Refusals.Count > 0)
        {
            lines.AddRange(planned.Refusals.Select(refusal => $"**It would be refused:** {refusal}"));
            return string.Join('\n', lines);
        }

        if (planned.OverServer)
        {
            lines.Add("Note: while Mattermost is away, follow it on the host: `mmdr jobs`, then `mmdr job ID`. Posts that are younger than the restore point are gone afterwards, this one too, so the end comes in a new post; if the bot's account or its token is younger, `mmdr mattermost register` on the host makes them anew first.");
        }

        if (planned.Steps.Any(step => step.Drops is not null) && approvals.Guards(GuardedOperation.RestoreInPlace))
        {
            lines.Add("A second person has to approve it: a click on Restore asks for that, and once it is approved the same person clicks again.");
        }

        lines.Add($"**Restore** carries out exactly this, once, until {(job.FinishedAt + ShownPlans.Lifetime)?.UtcDateTime:HH:mm} UTC.");
        return string.Join('\n', lines);
    }

    public IReadOnlyList<Button> Buttons(Job job)
    {
        var (request, planned) = Of(job);
        return planned.Refusals.Count == 0 ? [new Button("Restore", ["restore", "--confirm", job.Id], Permission.Restore) { ChangesState = true, IsDangerous = true }]
            : !request.Overwrite && planned.Steps.Count > 0 ? [new Button("Plan with overwriting", ShownPlans.WordsOf(request with { RestorePoint = planned.RestorePoint, Overwrite = true }), Permission.Restore) { ChangesState = true }]
            : [];
    }

    private static (StartRestoreRequest Request, PlannedRestore Planned) Of(Job job) =>
        (JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)!, JsonSerializer.Deserialize<PlannedRestore>(job.ResultJson!, JobLauncher.Json)!);

    private static string Line(RestoreStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"- **{step.Component}** to {Words.Code(step.Target)}: {Words.Bytes(step.Bytes)} in {step.Items:N0} {(step.Component == "database" ? "tables" : "entries")}; found there: {step.Found}; {(step.Drops is { } drops ? $"**drops {drops}**" : "drops nothing")}");
}

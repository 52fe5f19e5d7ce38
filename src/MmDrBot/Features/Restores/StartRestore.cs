using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Restores;

/// <summary>What to restore where. The database's address, which holds a password, is not part of it: it never gets into a job's row.</summary>
internal sealed record StartRestoreRequest
{
    public required string RestorePoint { get; init; }

    /// <summary>main if left out, or a copy by its name.</summary>
    public string? Repository { get; init; }

    /// <summary>A target that the settings name, or `server`: the protected Mattermost itself.</summary>
    public string? To { get; init; }

    /// <summary>The components that such a target receives; none: all that there are.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The job whose plan was confirmed; set by the use case.</summary>
    public string? Plan { get; init; }

    public bool Database { get; init; }

    /// <summary>What <see cref="RestoreTargets"/> keeps the database's address under; set by the use case.</summary>
    public string? Target { get; init; }

    public bool Create { get; init; }

    public string? Files { get; init; }

    public string? Config { get; init; }

    public bool ConfigDatabase { get; init; }

    public bool Overwrite { get; init; }

    /// <summary>Build the search indexes at the end, beside a Mattermost that runs.</summary>
    public bool SearchLater { get; init; }

    public IReadOnlyList<string> Paths { get; init; } = [];

    public string? Owner { get; init; }
}

internal sealed class StartRestoreValidator : AbstractValidator<StartRestoreRequest>
{
    public StartRestoreValidator()
    {
        RuleFor(request => request).Must(request => HasAddresses(request) || request.To is not null).WithMessage("Nothing has a target: give --to NAME, or --database URI, --files DIR|s3://BUCKET or --config DIR|URI.");
        RuleFor(request => request).Must(request => !HasAddresses(request) || request.To is null).WithMessage("--to names a whole target: leave out --database, --files and --config.");
        RuleFor(request => request.To).Must(to => to is null || to == RestoreTargetOptions.Server || RestoreTargetOptions.IsName(to)).WithMessage("--to takes the name of a target in the settings, or server.");
        RuleFor(request => request.Only).Must(only => only.All(RestorePlaces.Components.Contains)).WithMessage("--only takes database, files or config.");
        RuleFor(request => request).Must(request => request.Only.Count == 0 || request.To is not null).WithMessage("--only goes with --to; without it, name only the targets that you mean.");
        RuleFor(request => request).Must(request => !request.Create || request.Database || request.To is not null).WithMessage("--create makes the database that --database or --to names.");
        RuleFor(request => request).Must(request => !request.SearchLater || request.Database || (request.To is not null && (request.Only.Count == 0 || request.Only.Contains("database")))).WithMessage("--search-later is about a database: give --database URI, or --to NAME.");
        RuleFor(request => request).Must(request => request.Paths.Count == 0 || request.Files is not null || request.Config is not null || request.To is not null).WithMessage("--path chooses files: give --files DIR|s3://BUCKET or --config DIR.");
        RuleFor(request => request).Must(request => request.Paths.Count == 0 || !(request.Database || request.ConfigDatabase)).WithMessage("--path chooses files; it does not go with --database.");
        RuleFor(request => request.RestorePoint).Must(RestoreRules.IsId).WithMessage("Say which restore point: its id, the first digits of it, or latest.");
        RuleFor(request => request).Must(request => request.Paths.Append(request.Files).Append(request.Config).All(RestoreRules.IsPath)).WithMessage("A path has 1 to 4096 characters and none that control a terminal.").DependentRules(() =>
            RuleFor(request => request).Must(request => request.Files is null || request.Config is null || FilesBucket.IsMeant(request.Files) || Path.GetFullPath(request.Files) != Path.GetFullPath(request.Config)).WithMessage("--files and --config need two directories."));
        RuleFor(request => request.Files).Must(files => files is null || !FilesBucket.IsMeant(files) || FilesBucket.TryParse(files, out _, out _)).WithMessage("--files: a bucket is written as s3://bucket or s3://bucket/prefix; keys belong into the settings (MMDR_Restore__S3__...).");
        RuleFor(request => request.Config).Must(config => config is null || !FilesBucket.IsMeant(config)).WithMessage("--config needs a directory.");
        RuleFor(request => request).Must(request => request.Owner is null || request.To is not null || request.Config is not null || (request.Files is not null && !FilesBucket.IsMeant(request.Files))).WithMessage("--owner is for files in directories.");
        RuleFor(request => request.Owner).Must(RestoreRules.IsOwner).WithMessage("--owner takes user:group, such as mattermost:mattermost or 2000:2000.");
    }

    private static bool HasAddresses(StartRestoreRequest request) => request.Database || request.ConfigDatabase || request.Files is not null || request.Config is not null;
}

/// <summary>Restores on this host.</summary>
internal sealed class StartRestore(IValidator<StartRestoreRequest> validator, PlanRestore plan, ShownPlans shownPlans, ApprovalGuard approvals, KnownRepositories repositories, RestorePlaces places, RestoreTargets targets, JobLauncher jobs)
{
    internal const string Kind = "restore";

    /// <param name="request">What and where.</param>
    /// <param name="addresses">Of the target databases.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="launch">How the job begins.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Job> HandleAsync(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        if (actor.Door is Door.Chat)
        {
            throw new Refusal(RefusalReason.Invalid, "In chat a restore begins with its plan.", "`restore ID --to NAME` shows it, with the button that carries it out.");
        }

        return await LaunchAsync(request, addresses, actor, launch, cancellationToken);
    }

    /// <summary>Carries out a plan that was shown and is still true; that uses it up.</summary>
    internal Task<Job> HandleAsync(ShownPlan shown, Actor actor, JobLaunch launch, CancellationToken cancellationToken) =>
        LaunchAsync(shown.Request with { Plan = shown.JobId }, RestoreAddresses.None, actor, launch with { Alongside = (transaction, token) => shownPlans.UseAsync(transaction, shown, actor, token) }, cancellationToken);

    private async Task<Job> LaunchAsync(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        RestoreRules.RequireNamed(request, addresses, actor, places.Names);
        RestoreRules.RequireAbsolute(request, actor);
        places.RequireKnown(request.To);
        repositories.Get(request.Repository);
        if (request.Overwrite && approvals.Guards(GuardedOperation.RestoreInPlace))
        {
            (request, launch) = await ClearAsync(request, addresses, actor, launch, cancellationToken);
        }

        var target = addresses.AreNone ? null : targets.Keep(addresses);
        try
        {
            return await jobs.LaunchAsync(Kind, request with { Target = target }, exclusiveKey: null, actor, launch, cancellationToken);
        }
        catch when (target is not null)
        {
            targets.Forget(target);
            throw;
        }
    }

    /// <summary>Only what drops or replaces something needs a second person; an empty target is nobody's loss.</summary>
    /// <returns>What was approved, and nothing that came to be meanwhile: `latest` is settled, and a target that was empty has to be so still.</returns>
    private async Task<(StartRestoreRequest Request, JobLaunch Launch)> ClearAsync(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        var planned = await plan.HandleAsync(request, addresses, actor, cancellationToken);
        var settled = request with { RestorePoint = planned.RestorePoint };
        var drops = planned.Steps.Where(step => step.Drops is not null || request.Paths.Count > 0).Select(step => $"{step.Component} to {step.Target} ({(step.Drops is { } dropped ? $"drops {dropped}" : "replaces what differs")})").ToArray();
        if (drops.Length > 0)
        {
            var whole = new { request = settled with { Plan = null }, targets = planned.Steps.Select(step => step.Target) };
            var cleared = await approvals.ClearAsync(GuardedOperation.RestoreInPlace, $"Restore {planned.RestorePoint[..8]}{(repositories.IsCopy(request.Repository) ? $" out of the copy {request.Repository}" : "")} over what is there: {string.Join("; ", drops)}.{(planned.OverServer ? " That is the Mattermost that is protected: it is away meanwhile." : "")}", whole, Permission.Restore, actor, launch, cancellationToken);
            launch = Both(launch, cleared);
        }

        return (settled with { Overwrite = drops.Length > 0 }, launch);
    }

    private static JobLaunch Both(JobLaunch first, JobLaunch second) =>
        first.Alongside is not { } one || second.Alongside is not { } other || one == other ? second : second with
        {
            Alongside = async (transaction, token) =>
            {
                await one(transaction, token);
                await other(transaction, token);
            },
        };
}

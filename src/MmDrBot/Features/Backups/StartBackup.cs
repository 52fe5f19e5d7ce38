using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Backups;

/// <summary>What a backup takes in; no components means all.</summary>
internal sealed record StartBackupRequest(string? Label, IReadOnlyList<string>? Components)
{
    /// <summary>The copies that it is for, by their names; null: all, empty: none.</summary>
    public IReadOnlyList<string>? Copies { get; init; }
}

internal sealed class StartBackupValidator : AbstractValidator<StartBackupRequest>
{
    internal static readonly string[] Components = ["database", "config", "files"];

    public StartBackupValidator()
    {
        RuleFor(request => request.Label)
            .MaximumLength(64).WithMessage("A label has at most 64 characters.")
            .Must(label => label is null || !label.Any(char.IsControl)).WithMessage("A label is one line of plain text.");
        RuleForEach(request => request.Copies).NotEmpty().WithMessage("A copy's name is missing.");
        RuleForEach(request => request.Components).Must(Components.Contains).WithMessage("{PropertyValue} is no component; there are database, config and files.");
    }
}

/// <summary>Takes a backup now, whichever door asked for it.</summary>
internal sealed class StartBackup(IValidator<StartBackupRequest> validator, KnownRepositories repositories, JobLauncher jobs)
{
    internal const string Kind = "backup";

    public async Task<Job> HandleAsync(StartBackupRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.TakeBackup);
        validator.RequireValid(request);
        foreach (var copy in request.Copies ?? [])
        {
            repositories.OptionsOf(copy);
        }

        return await jobs.LaunchAsync(Kind, request, exclusiveKey: Kind, actor, launch, cancellationToken);
    }
}

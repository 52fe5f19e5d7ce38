using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Restores;

/// <summary>What to restore where. The database's address, which holds a password, is not part of it: it never gets into a job's row.</summary>
internal sealed record StartRestoreRequest
{
    public required string RestorePoint { get; init; }

    public bool Database { get; init; }

    public bool Create { get; init; }

    public string? Files { get; init; }

    public string? Config { get; init; }

    public bool ConfigDatabase { get; init; }

    public bool Overwrite { get; init; }

    public IReadOnlyList<string> Paths { get; init; } = [];

    public string? Owner { get; init; }
}

internal sealed class StartRestoreValidator : AbstractValidator<StartRestoreRequest>
{
    public StartRestoreValidator()
    {
        RuleFor(request => request).Must(request => request.Database || request.Files is not null || request.Config is not null || request.ConfigDatabase).WithMessage("Nothing has a target: give --database URI, --files DIR|s3://BUCKET or --config DIR|URI.");
        RuleFor(request => request).Must(request => !request.Create || request.Database).WithMessage("--create makes the database that --database names.");
        RuleFor(request => request).Must(request => request.Paths.Count == 0 || request.Files is not null || request.Config is not null).WithMessage("--path chooses files: give --files DIR|s3://BUCKET or --config DIR.");
        RuleFor(request => request).Must(request => request.Paths.Count == 0 || !(request.Database || request.ConfigDatabase)).WithMessage("--path chooses files; it does not go with --database.");
        RuleFor(request => request).Must(request => request.Files is null || request.Config is null || FilesBucket.IsMeant(request.Files) || Path.GetFullPath(request.Files) != Path.GetFullPath(request.Config)).WithMessage("--files and --config need two directories.");
        RuleFor(request => request.Files).Must(files => files is null || !FilesBucket.IsMeant(files) || FilesBucket.TryParse(files, out _, out _)).WithMessage("--files: a bucket is written as s3://bucket or s3://bucket/prefix; keys belong into the settings (MMDR_Restore__S3__...).");
        RuleFor(request => request.Config).Must(config => config is null || !FilesBucket.IsMeant(config)).WithMessage("--config needs a directory.");
        RuleFor(request => request).Must(request => request.Owner is null || request.Config is not null || (request.Files is not null && !FilesBucket.IsMeant(request.Files))).WithMessage("--owner is for files in directories.");
    }
}

/// <summary>Restores on this host; only the command line has it.</summary>
internal sealed class StartRestore(IValidator<StartRestoreRequest> validator, JobLauncher jobs)
{
    internal const string Kind = "restore";

    public async Task<Job> HandleAsync(StartRestoreRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        return await jobs.LaunchAsync(Kind, request, exclusiveKey: null, actor, launch, cancellationToken);
    }
}

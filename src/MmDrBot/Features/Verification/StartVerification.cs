using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Verification;

/// <summary>Which restore point to verify, and how far: `structure` or `data`.</summary>
internal sealed record StartVerificationRequest(string RestorePoint, string Level)
{
    /// <summary>main if left out, or a copy by its name.</summary>
    public string? Repository { get; init; }
}

internal sealed class StartVerificationValidator : AbstractValidator<StartVerificationRequest>
{
    public StartVerificationValidator()
    {
        RuleFor(request => request.RestorePoint).NotEmpty().WithMessage("Say which restore point: its id, the first digits of it, or latest.");
        RuleFor(request => request.Level).Must(level => level is "structure" or "data").WithMessage("The level is structure or data.");
    }
}

/// <summary>Proves that a restore point is whole.</summary>
internal sealed class StartVerification(IValidator<StartVerificationRequest> validator, KnownRepositories repositories, JobLauncher jobs)
{
    internal const string Kind = "verify";

    public async Task<Job> HandleAsync(StartVerificationRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Verify);
        validator.RequireValid(request);
        repositories.Get(request.Repository);
        return await jobs.LaunchAsync(Kind, request, exclusiveKey: null, actor, launch, cancellationToken);
    }
}

using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Verification;

/// <summary>Which restore point to verify, and how far: `structure`, `data`, `drill` or `boot`.</summary>
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
        RuleFor(request => request.Level).Must(level => Levels.Contains(level)).WithMessage("The level is structure, data, drill or boot.");
    }

    internal static string[] Levels { get; } = [.. Enum.GetValues<VerificationLevel>().Select(EnumText.Of)];
}

/// <summary>Proves that a restore point is whole, or by restoring it, that it comes back. At most one drill runs at a time.</summary>
internal sealed class StartVerification(IValidator<StartVerificationRequest> validator, KnownRepositories repositories, DrillPlaces places, JobLauncher jobs)
{
    internal const string Kind = "verify";
    private const string DrillKey = "drill";

    public async Task<Job> HandleAsync(StartVerificationRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Verify);
        validator.RequireValid(request);
        repositories.Get(request.Repository);
        var level = EnumText.Parse<VerificationLevel>(request.Level);
        if (level is VerificationLevel.Boot)
        {
            places.RequireMattermost();
        }

        return await jobs.LaunchAsync(Kind, request, level >= VerificationLevel.Drill ? DrillKey : null, actor, launch, cancellationToken);
    }
}

using MmDrBot.Engine.Keeping;

namespace MmDrBot.Features.Retention;

/// <summary>The policy in force, and where it comes from.</summary>
/// <param name="Repository">`main`, or a copy by its name.</param>
/// <param name="Policy">Empty where there is none.</param>
/// <param name="Source">`state` when somebody set it, `settings`, or `none`.</param>
/// <param name="Version">Changes whenever the policy does.</param>
internal sealed record CurrentPolicy(string Repository, RetentionPolicy Policy, string Source, string Version)
{
    public string? SetBy { get; init; }

    public DateTimeOffset? SetAt { get; init; }

    /// <summary>Why what somebody set can't be known; the settings count then.</summary>
    public string? Unavailable { get; init; }
}

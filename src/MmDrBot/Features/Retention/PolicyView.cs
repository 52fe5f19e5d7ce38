using MmDrBot.Engine.Keeping;

namespace MmDrBot.Features.Retention;

/// <summary>The policy in force.</summary>
internal sealed record PolicyView
{
    /// <summary>`main`, or a copy by its name.</summary>
    public required string Repository { get; init; }

    /// <summary>`state` when somebody set it, `settings`, or `none`: then nothing is ever removed.</summary>
    public required string Source { get; init; }

    public required RetentionPolicy Policy { get; init; }

    public required string Fingerprint { get; init; }

    public string? SetBy { get; init; }

    public DateTimeOffset? SetAt { get; init; }

    internal static PolicyView Of(CurrentPolicy current) => new() { Repository = current.Repository, Source = current.Source, Policy = current.Policy, Fingerprint = current.Policy.Fingerprint, SetBy = current.SetBy, SetAt = current.SetAt };
}

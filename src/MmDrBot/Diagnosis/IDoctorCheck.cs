using MmDrBot.Access;

namespace MmDrBot.Diagnosis;

/// <summary>
/// One thing that the doctor looks at; each feature registers its own. It may throw a refusal: that is a failure with the refusal's cure.
/// Checks run side by side, each within a few seconds, and change nothing but what they clean up again.
/// </summary>
internal interface IDoctorCheck
{
    /// <summary>What needs it, such as "backup".</summary>
    DoctorArea Area { get; }

    /// <summary>What it looks at, for the case that it can't say so itself.</summary>
    string What { get; }

    /// <param name="actor">Asks; what the actor may not have done is skipped.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken);
}

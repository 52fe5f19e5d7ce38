using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Copies;

/// <summary>Brings a copy of the repository up to date.</summary>
internal sealed class Replicate(KnownRepositories repositories, ReplicationQueue queue)
{
    /// <param name="copy">The copy's name; null: the only one.</param>
    /// <param name="restorePoint">Only this one; null: all that are missing.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="launch">How the job begins.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Job> HandleAsync(string? copy, string? restorePoint, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        if (restorePoint is not null && !(restorePoint.Length is >= 4 and <= 64 && restorePoint.All(char.IsAsciiLetterOrDigit)))
        {
            throw new Refusal(RefusalReason.Invalid, "Say which restore point: its id, the first digits of it (at least four), or latest.");
        }

        return await queue.StartAsync(new ReplicateRequest(repositories.Choose(copy), restorePoint), actor, launch, cancellationToken);
    }
}

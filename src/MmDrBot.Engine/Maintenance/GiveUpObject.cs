using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Maintenance;

/// <summary>
/// Gives up what is lost for good, so that it stands in nobody's way any more. The decision is an object of the repository, written once
/// like all others. Only what a check finds lost now can be given up.
/// </summary>
public static class GiveUpObject
{
    private const int ShortestPrefix = 4;

    /// <summary>Writes the decision down.</summary>
    /// <returns>The id of its object.</returns>
    public static Task<BlobId> WriteAsync(Repository repository, string name, string reason, string actor, TimeProvider time, CancellationToken cancellationToken) =>
        repository.WriteJsonAsync(ObjectKind.GivenUp, new GivenUpObject(name, time.GetUtcNow(), actor, reason), cancellationToken);

    /// <summary>The one lost object that is meant by its name or the first digits of its id; a check tells what is lost.</summary>
    /// <exception cref="EngineException">There is none, or several.</exception>
    public static async Task<string> FindAsync(Repository repository, string wanted, IReadOnlyCollection<BlobId> expected, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = await new RepositoryChecker(repository, time).CheckAsync(new CheckRequest { Expected = expected }, null, cancellationToken);
        var lost = findings.Damage.Select(GivenUpObjects.ObjectOf).OfType<string>().Distinct().Where(name => IsMeant(name, wanted)).ToArray();
        return lost.Length switch
        {
            1 => lost[0],
            0 => throw new EngineException(EngineFault.NotFound, $"No lost object that can be given up begins with {wanted}.", "`mmdr repository check` names what is lost. Packs and indexes are no such objects, nor are manifests and keys that are there: the check says what to do about them."),
            _ => throw new EngineException(EngineFault.Invalid, $"{lost.Length} lost objects begin with {wanted}.", "Give more digits of the id."),
        };
    }

    private static bool IsMeant(string name, string wanted) =>
        name == wanted || (wanted.Contains('/', StringComparison.Ordinal) && wanted.Length >= wanted.IndexOf('/', StringComparison.Ordinal) + 1 + ShortestPrefix && name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
        || (wanted.Length >= ShortestPrefix && name[(name.LastIndexOf('/') + 1)..].StartsWith(wanted, StringComparison.OrdinalIgnoreCase));
}

using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>A decision: the object is lost for good, and nobody waits for it any more.</summary>
/// <param name="Object">Its name, such as `manifests/...`.</param>
/// <param name="At">When that was decided, UTC.</param>
/// <param name="By">Who decided.</param>
/// <param name="Reason">Why, in the words of whoever decided.</param>
public sealed record GivenUpObject(string Object, DateTimeOffset At, string By, string Reason);

/// <summary>
/// Decisions to give objects up. They count only while the object does not read: a good copy that is put back is as good as ever. Packs,
/// indexes and the descriptor have cures of their own, as have manifests and key slots that are there.
/// </summary>
internal static class GivenUpObjects
{
    private const string Missing = " is missing";
    private static readonly string[] WhenLost = [ObjectNames.Tombstones, ObjectNames.Condemned, ObjectNames.Distrusted, ObjectNames.Audit, ObjectNames.Ledger, ObjectNames.Anchors, ObjectNames.GivenUp, ObjectNames.Verifications, ObjectNames.Pins];
    private static readonly string[] WhenMissing = [ObjectNames.Manifests, ObjectNames.Keys];

    /// <summary>The object that a finding of a check is about, if that is one which can be given up.</summary>
    internal static string? ObjectOf(string finding)
    {
        var name = finding.Split(' ', 2)[0];
        var isIn = (string folder) => name.StartsWith(folder, StringComparison.Ordinal);
        var can = WhenLost.Any(isIn) || (WhenMissing.Any(isIn) && finding.StartsWith(name + Missing, StringComparison.Ordinal));
        return can && ObjectNames.IdOf(name) is not null ? name : null;
    }

    /// <summary>All decisions that can be read, by the object's name.</summary>
    internal static async Task<Dictionary<string, GivenUpObject>> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        var decisions = new Dictionary<string, GivenUpObject>();
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.GivenUp, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                var decision = ManifestJson.Parse<GivenUpObject>(await repository.ReadSealedAsync(ObjectKind.GivenUp, id, cancellationToken), item.Name);
                decisions.TryAdd(decision.Object, decision);
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                // As if it had never been decided: that is the careful side, and check names the damage.
            }
        }

        return decisions;
    }
}

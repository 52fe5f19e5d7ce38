namespace MmDrBot.Engine.Repositories;

/// <summary>Reads all objects of a kind again and again, and each of them once: they are written once. What there is is listed anew each time.</summary>
internal sealed class ObjectMemo<T>(Repository repository, ObjectKind kind, Func<BlobId, CancellationToken, Task<T>> read)
{
    private readonly Dictionary<BlobId, T> _read = [];

    /// <summary>Reads those that are there now; what was given up counts as if it had never been.</summary>
    /// <param name="except">Ids that are of no interest.</param>
    /// <param name="onDamage">Gets those that can't be read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>By id; and what went between the listing and the reading.</returns>
    internal async Task<(Dictionary<BlobId, T> Found, List<BlobId> Vanished)> ReadAsync(Func<BlobId, bool> except, Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var (found, vanished, damaged) = (new Dictionary<BlobId, T>(), new List<BlobId>(), new List<(string Name, EngineException Damage)>());
        foreach (var item in await repository.ListAsync(kind, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id || except(id))
            {
                continue;
            }

            try
            {
                found[id] = _read.TryGetValue(id, out var known) ? known : _read[id] = await read(id, cancellationToken);
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                damaged.Add((item.Name, damage));
            }
            catch (FileNotFoundException)
            {
                vanished.Add(id);
            }
        }

        var decisions = damaged.Count > 0 ? await GivenUpObjects.ReadAsync(repository, cancellationToken) : [];
        damaged.Where(item => !decisions.ContainsKey(item.Name)).ToList().ForEach(item => onDamage(item.Damage));
        return (found, vanished);
    }

    /// <summary>For what is JSON.</summary>
    internal static ObjectMemo<T> OfJson(Repository repository, ObjectKind kind) => new(
        repository,
        kind,
        async (id, token) => ManifestJson.Parse<T>(await repository.ReadSealedAsync(kind, id, token), ObjectNames.Of(kind, id)));
}

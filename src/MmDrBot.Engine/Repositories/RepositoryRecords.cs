using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>What a record tells of; each kind has its own folder and key.</summary>
public enum RecordKind
{
    /// <summary>Accounts that were taken from their sign-in service, and what became of them.</summary>
    Ledger,

    /// <summary>Heads of the audit chain.</summary>
    Anchor,

    /// <summary>What came of verifying a restore point.</summary>
    Verification,
}

/// <summary>
/// Small JSON documents that outlive the program's own state: encrypted, written once, never pruned. What they hold is the caller's
/// business; the repository's key alone reads them.
/// </summary>
public static class RepositoryRecords
{
    /// <summary>Writes one record; when this returns, it is durable.</summary>
    /// <returns>Its id, the SHA-256 of the stored bytes.</returns>
    public static Task<BlobId> WriteAsync<T>(Repository repository, RecordKind kind, T content, CancellationToken cancellationToken) =>
        repository.WriteJsonAsync(KindOf(kind), content, cancellationToken);

    /// <summary>Reads all records of a kind, in no particular order; damaged ones go to <paramref name="onDamage"/>.</summary>
    public static async Task<IReadOnlyList<(BlobId Id, T Content)>> ReadAllAsync<T>(Repository repository, RecordKind kind, Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var records = new List<(BlobId, T)>();
        foreach (var item in await repository.ListAsync(KindOf(kind), cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                records.Add((id, ManifestJson.Parse<T>(await repository.ReadSealedAsync(KindOf(kind), id, cancellationToken), item.Name)));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                onDamage(damage);
            }
            catch (FileNotFoundException)
            {
                // A prune removed it since it was listed.
            }
        }

        return records;
    }

    private static ObjectKind KindOf(RecordKind kind) => kind switch
    {
        RecordKind.Ledger => ObjectKind.Ledger,
        RecordKind.Anchor => ObjectKind.Anchor,
        RecordKind.Verification => ObjectKind.Verification,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

using System.Security.Cryptography;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Takes the ledger and the audit entries over into a repository with another key, where their names differ: what is there already is known by its
/// content. Keys, anchors, pins and decisions are each repository's own.
/// </summary>
internal static class ForeignRecords
{
    private static readonly ObjectKind[] Kinds = [ObjectKind.Ledger, ObjectKind.Audit];

    /// <returns>How many were written.</returns>
    internal static async Task<int> CopyAsync(Repository source, Repository copy, List<string> problems, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var kind in Kinds)
        {
            var there = (await ReadAsync(copy, kind, problems, cancellationToken)).Select(HashOf).ToHashSet(StringComparer.Ordinal);
            foreach (var content in await ReadAsync(source, kind, problems, cancellationToken))
            {
                if (there.Add(HashOf(content)))
                {
                    await copy.WriteSealedAsync(kind, content, cancellationToken);
                    written++;
                }
            }
        }

        return written;
    }

    private static string HashOf(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    private static async Task<List<byte[]>> ReadAsync(Repository repository, ObjectKind kind, List<string> problems, CancellationToken cancellationToken)
    {
        var contents = new List<byte[]>();
        foreach (var item in await repository.ListAsync(kind, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                contents.Add(await repository.ReadSealedAsync(kind, id, cancellationToken));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                problems.Add(damage.Message);
            }
        }

        return contents;
    }
}

using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Backup;

/// <summary>Tells whether the content of an unchanged file is really there, every blob of it.</summary>
internal sealed class StoredBlobs(BlobIndex index, Repositories.StreamReader streams, CancellationToken cancellationToken)
{
    internal async ValueTask<bool> HasAsync(FileEntry entry, FileEntry before)
    {
        if (before.Root is not { } root || before.Size != entry.Size || index.Find(root) is null)
        {
            return false;
        }

        if (before.Depth == 0)
        {
            return true;
        }

        try
        {
            await foreach (var id in streams.AllBlobsAsync(before.Content, cancellationToken))
            {
                if (index.Find(id) is null)
                {
                    return false;
                }
            }
        }
        catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
        {
            // Its list of blobs does not read any more: store the file anew.
            return false;
        }

        return true;
    }
}

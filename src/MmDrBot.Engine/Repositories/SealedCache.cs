namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Copies of small sealed objects on the local disk, so that looking at a bucket with a year of restore points costs a listing instead of
/// a request for each object. Objects are written once and named by the hash of their bytes: a copy is right or it is no copy. It says
/// nothing of what the store holds, so whoever proves, removes or repairs reads without it. It may be deleted at any time.
/// </summary>
internal sealed class SealedCache(string directory)
{
    private static readonly HashSet<ObjectKind> Kinds = [ObjectKind.Index, ObjectKind.Manifest, ObjectKind.Tombstone, ObjectKind.Verification, ObjectKind.Pin];

    /// <returns>The stored bytes, or null when there is no copy or a wrong one.</returns>
    internal async Task<byte[]?> FindAsync(ObjectKind kind, BlobId id, CancellationToken cancellationToken)
    {
        if (!Kinds.Contains(kind))
        {
            return null;
        }

        try
        {
            var content = await File.ReadAllBytesAsync(PathOf(kind, id), cancellationToken);
            return ObjectNames.HashOf(content) == id ? content : null;
        }
        catch (Exception failure) when (IsNoMatter(failure))
        {
            return null;
        }
    }

    internal async Task KeepAsync(ObjectKind kind, BlobId id, byte[] content, CancellationToken cancellationToken)
    {
        if (!Kinds.Contains(kind))
        {
            return;
        }

        var path = PathOf(kind, id);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (IsNoMatter(failure))
        {
            // Without it the next look costs a request more.
            TryDelete(temporary);
        }
    }

    /// <summary>Drops copies of objects that the store has no more, and what a killed process left.</summary>
    internal void Retain(ObjectKind kind, IReadOnlySet<BlobId> present)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(directory, ObjectNames.Folder(kind))).Where(file => ObjectNames.IdOf(file) is not { } id || !present.Contains(id)))
            {
                TryDelete(file);
            }
        }
        catch (Exception failure) when (IsNoMatter(failure))
        {
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception failure) when (IsNoMatter(failure))
        {
        }
    }

    private static bool IsNoMatter(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private string PathOf(ObjectKind kind, BlobId id) => Path.Combine(directory, ObjectNames.Of(kind, id));
}

using MmDrBot.Engine.ObjectStores.Local;

namespace MmDrBot.Engine.Platform;

/// <summary>A small file that comes into being whole and once, whoever else makes it at the same time.</summary>
public static class WriteOnceFile
{
    /// <summary>Makes the file, readable by its owner alone, and its directory where that is missing; durable when this returns.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="content">All of its bytes.</param>
    /// <returns>False when it is there already, such as made by another process in this moment; it is left as it is.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            DurableFile.Write(draft, content);
            var created = Posix.TryLink(draft, path);
            Posix.SyncDirectory(directory);
            return created;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}

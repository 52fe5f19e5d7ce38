namespace MmDrBot.Engine.Platform;

/// <summary>Tells a file from another one that came to lie under the same name.</summary>
public static class FileIdentity
{
    /// <summary>The file's inode number.</summary>
    /// <returns>Null when nothing lies there.</returns>
    public static long? InodeOf(string path) => Posix.Stat(path)?.Inode;
}

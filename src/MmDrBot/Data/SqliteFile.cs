namespace MmDrBot.Data;

/// <summary>Creates the file itself, so that nobody but its owner can ever read it; SQLite gives its side files the same mode.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // Closing any descriptor of a file drops the POSIX locks that SQLite holds on it in the same process:
    // nobody here may open the database before the descriptor that created it is closed.
    private static readonly Lock Gate = new();

    public static void Create(string path)
    {
        lock (Gate)
        {
            if (!File.Exists(path))
                CreateNew(path);
        }
    }

    private static void CreateNew(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The state database needs Unix file modes.");

        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerFolder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile };

        try
        {
            using var file = new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was quicker.
        }
    }
}

namespace MmDrBot.TestKit.Files;

/// <summary>A folder of one test, deleted with all that is in it, read-only folders included.</summary>
public sealed class TempDirectory : IDisposable, IAsyncDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("mmdr-").FullName;

    public string Path { get; }

    public static implicit operator string(TempDirectory directory) => directory.Path;

    /// <summary>The full path of something below this folder.</summary>
    public string File(string relativePath) => System.IO.Path.Combine(Path, relativePath);

    /// <summary>Makes a folder below this one and returns its full path.</summary>
    public string Subdirectory(string relativePath) => Directory.CreateDirectory(File(relativePath)).FullName;

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            OpenUp(Path);
            Directory.Delete(Path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();

        return ValueTask.CompletedTask;
    }

    // A folder that its owner may not write cannot be emptied.
    private static void OpenUp(string folder)
    {
        System.IO.File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        foreach (var child in new DirectoryInfo(folder).EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            OpenUp(child.FullName);
        }
    }
}

namespace MmDrBot.TestKit.Tools;

/// <summary>The checkout that the running tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder with MmDrBot.sln, found by walking up from the test's own folder.</summary>
    public static string Path { get; } = Find();

    /// <summary>The full path of a file below the root, for example <c>eng/postgres-up.sh</c>.</summary>
    public static string File(string relativePath) => System.IO.Path.Combine(Path, relativePath);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "MmDrBot.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No MmDrBot.sln above {AppContext.BaseDirectory}.");
    }
}

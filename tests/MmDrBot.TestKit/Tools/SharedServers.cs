namespace MmDrBot.TestKit.Tools;

/// <summary>
/// Servers that outlive a test run. eng/test.sh starts its own and names them by environment; a test started by hand
/// finds or starts one per user and leaves it running, because a start costs up to 20 seconds. Stop them by
/// eng/postgres-down.sh and eng/s3-down.sh.
/// </summary>
public static class SharedServers
{
    /// <summary>Where the servers of tests started by hand live: one folder a user, the same for every checkout.</summary>
    public static string Folder { get; } = Path.Combine(Path.GetTempPath(), $"mmdr-testkit-{Environment.UserName}");

    /// <summary>Runs a script of eng/ for the server <paramref name="name"/>; running it again finds the server it started.</summary>
    public static Task<string> StartAsync(string script, string name, params string[] options) =>
        Tool.RunAsync("bash", [RepositoryRoot.File($"eng/{script}"), Path.Combine(Folder, name), .. options]);
}

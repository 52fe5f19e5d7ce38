namespace MmDrBot.Settings;

/// <summary>Where the state database is when nothing else is said.</summary>
internal static class StatePath
{
    private const string System = "/var/lib/mmdr";

    /// <summary>/var/lib/mmdr for root and where that directory exists (the service's), else the user's own state directory.</summary>
    internal static string Directory
    {
        get
        {
            if (Environment.UserName == "root" || global::System.IO.Directory.Exists(System))
            {
                return System;
            }

            var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } given
                ? given
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(home, "mmdr");
        }
    }

    internal static string Database => Path.Combine(Directory, "state.db");
}

using System.Text.RegularExpressions;

namespace MmDrBot.Settings;

/// <summary>Section `Restore:Targets:NAME`: where a restore may go that names it. What is left out receives nothing.</summary>
internal sealed partial record RestoreTargetOptions
{
    /// <summary>The target that needs no settings: the Mattermost that is protected, where it is.</summary>
    internal const string Server = "server";

    /// <summary>The database to fill, such as postgres://user:password@host/name. A secret.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>The directory, or the bucket and prefix (s3://...), that receives the file store's contents.</summary>
    public string? Files { get; init; }

    /// <summary>The directory that receives the configuration's contents; or, for those that lie in a database of their own, that database. May be a secret.</summary>
    public string? Config { get; init; }

    /// <summary>Whether something is set, and all that is set makes sense.</summary>
    internal bool IsGood
    {
        get
        {
            var set = new[] { DatabaseUrl, Files, Config }.Where(text => !string.IsNullOrEmpty(text)).ToArray();
            return set.Length > 0
                && (string.IsNullOrEmpty(DatabaseUrl) || IsAddress(DatabaseUrl))
                && (string.IsNullOrEmpty(Files) || Files.StartsWith('/') || Files.StartsWith("s3://", StringComparison.Ordinal))
                && (string.IsNullOrEmpty(Config) || Config.StartsWith('/') || IsAddress(Config));
        }
    }

    internal static bool IsName(string name) => name != Server && Name().IsMatch(name);

    internal static bool IsAddress(string text) => text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,31}\z")]
    private static partial Regex Name();
}

using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>
/// The 3-2-1 rule: three copies of the data, the server's own counted, on two kinds of store, one of them off-site. A copy that is behind,
/// damaged or was never replicated to does not count.
/// </summary>
internal static class ThreeTwoOne
{
    private const int Copies = 3;
    private const int Kinds = 2;
    private const string Server = "this host";

    /// <param name="settings">Where the repositories are.</param>
    /// <param name="mainFault">Why the first repository does not count; null when it does.</param>
    /// <param name="copies">How the copies stand.</param>
    internal static RuleJudgement Judge(AppSettings settings, string? mainFault, IReadOnlyList<CopyStanding> copies)
    {
        var good = new List<(string Name, string Kind, bool IsOffsite)> { ("the server", Server, false) };
        var missing = new List<string>();
        if (mainFault is null)
        {
            good.Add((KnownRepositories.Main, KindOf(settings.Repository), settings.Repository.Offsite));
        }
        else
        {
            missing.Add($"main does not count: {mainFault}");
        }

        foreach (var copy in copies)
        {
            if (copy.Fault is { } fault)
            {
                missing.Add($"{copy.Name} does not count: it {fault}");
            }
            else
            {
                good.Add((copy.Name, KindOf(settings.Repositories[copy.Name]), copy.IsOffsite));
            }
        }

        var told = missing.Count;
        if (good.Count < Copies)
        {
            missing.Add($"there are {good.Count} good copies of the data ({string.Join(", ", good.Select(one => one.Name))}) where three are wanted");
        }

        if (good.Select(one => one.Kind).Distinct().Count() < Kinds)
        {
            missing.Add("all of them are on this host, as far as the settings tell, so that one failure takes all");
        }

        if (!good.Any(one => one.IsOffsite))
        {
            missing.Add("none is off-site (Offsite says so in a repository's settings)");
        }

        // What does not count is no fault of the rule as long as enough others do; it is a problem of its own.
        return missing.Count == told
            ? new RuleJudgement(true, $"{good.Count} copies of the data ({string.Join(", ", good.Select(one => one.Name))}), on {good.Select(one => one.Kind).Distinct().Count()} kinds of store, off-site: {string.Join(", ", good.Where(one => one.IsOffsite).Select(one => one.Name))}.")
            : new RuleJudgement(false, Sentence(missing));
    }

    /// <summary>A store at a loopback address dies with this host like a directory does; a directory that is off-site is mounted from elsewhere.</summary>
    private static string KindOf(RepositoryOptions options) =>
        options.Url?.StartsWith("s3:", StringComparison.Ordinal) is not true ? options.Offsite ? "another host's directory" : Server
        : options.S3.Endpoint is not { Length: > 0 } endpoint ? "AWS"
        : Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.IsLoopback ? Server
        : $"S3 at {(address ?? new Uri(endpoint)).Authority}";

    private static string Sentence(List<string> missing) => $"{char.ToUpperInvariant(missing[0][0])}{string.Join("; ", missing)[1..]}.";
}

/// <summary>Whether a rule is kept, and the reason in a sentence.</summary>
internal sealed record RuleJudgement(bool Kept, string Reason);

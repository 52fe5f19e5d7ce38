namespace MmDrBot.Settings;

/// <summary>Section `Hooks`: what is called around jobs, in the order in which it is written.</summary>
internal sealed record HookOptions
{
    /// <summary>Before a job's work begins.</summary>
    public IReadOnlyList<Hook> Before { get; init; } = [];

    /// <summary>After work that was done, whole or in part.</summary>
    public IReadOnlyList<Hook> After { get; init; } = [];

    /// <summary>After work that failed, was cancelled or interrupted, or was never begun because a hook before it failed.</summary>
    public IReadOnlyList<Hook> OnError { get; init; } = [];

    /// <summary>What is wrong with them, each with the name of its setting.</summary>
    internal IEnumerable<string> Faults => [.. FaultsOf("Before", Before), .. FaultsOf("After", After), .. FaultsOf("OnError", OnError)];

    private static IEnumerable<string> FaultsOf(string list, IReadOnlyList<Hook> hooks) =>
        hooks.SelectMany((hook, index) => hook.Faults(list).Select(fault => $"MMDR_Hooks__{list}__{index}: {fault}"));
}

/// <summary>One thing that is called.</summary>
internal sealed record Hook
{
    internal const string Fail = "fail", Warn = "warn";
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>A command for /bin/sh; or</summary>
    public string? Command { get; init; }

    /// <summary>an address that gets a document by POST.</summary>
    public string? Url { get; init; }

    /// <summary>How long it may take; then it is ended, with all that it started. Default: 1 minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>fail or warn. Default: fail before a job, warn after it.</summary>
    public string? OnFailure { get; init; }

    /// <summary>The kinds of jobs that it is for, such as backup. Default: all.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>As it is called in messages: an address without its query, which may hold a secret.</summary>
    internal string Name => Command ?? (Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Path) : "");

    internal bool IsFor(string kind) => Jobs.Count == 0 || Jobs.Contains(kind, StringComparer.Ordinal);

    internal IEnumerable<string> Faults(string list)
    {
        if (string.IsNullOrWhiteSpace(Command) == string.IsNullOrWhiteSpace(Url))
        {
            yield return "give a Command or a Url, one of them.";
        }

        if (Url is { Length: > 0 } && !(Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return "Url must be an http or https URL.";
        }

        if (Timeout <= TimeSpan.Zero || Timeout > Longest)
        {
            yield return "Timeout must be more than 0 and at most 06:00:00.";
        }

        if (OnFailure is not (null or "" or Fail or Warn) || (OnFailure is Fail && list is "OnError"))
        {
            yield return list is "OnError" ? "OnFailure can only be warn: the job has failed already." : "OnFailure must be fail or warn.";
        }
    }
}

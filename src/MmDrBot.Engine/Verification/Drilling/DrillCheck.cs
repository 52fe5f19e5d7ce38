namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>How one thing stood that a drill looked at.</summary>
public enum CheckOutcome
{
    /// <summary>It is right.</summary>
    Passed,

    /// <summary>It is not what the restore point says.</summary>
    Failed,

    /// <summary>It could not be told, by the nature of the restore point; the detail says why.</summary>
    NotProven,
}

/// <summary>One thing that a drill looked at.</summary>
/// <param name="Name">What, such as `rows`.</param>
/// <param name="Outcome">How it stood.</param>
/// <param name="Detail">What was found, a sentence.</param>
public sealed record DrillCheck(string Name, CheckOutcome Outcome, string Detail)
{
    /// <summary>The name of what looks whether Mattermost starts; of what it answers then, each name begins with it.</summary>
    internal const string Boot = "boot";

    /// <summary>Whether it is Mattermost's run that was looked at, and not what was restored.</summary>
    public bool IsOfBoot => Name.StartsWith(Boot, StringComparison.Ordinal);
}

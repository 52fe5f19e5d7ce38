namespace MmDrBot.Engine.Keeping;

/// <summary>How many restore points of one label are kept. A rule that says nothing keeps all.</summary>
public sealed record RetentionRule
{
    /// <summary>The largest count that makes sense.</summary>
    public const int Most = 100_000;

    /// <summary>So many of the newest; 0: the rule says nothing of this kind.</summary>
    public int Last { get; init; }

    /// <summary>All that are at most so much older than the newest of the label; null: nothing said.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>The newest of each of the last so many hours that have one.</summary>
    public int Hourly { get; init; }

    /// <summary>The newest of each of the last so many days that have one.</summary>
    public int Daily { get; init; }

    /// <summary>The newest of each of the last so many ISO weeks (Monday to Sunday) that have one.</summary>
    public int Weekly { get; init; }

    /// <summary>The newest of each of the last so many months that have one.</summary>
    public int Monthly { get; init; }

    /// <summary>The newest of each of the last so many years that have one.</summary>
    public int Yearly { get; init; }

    /// <summary>Whether it says nothing, and so keeps all.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEmpty => Counts.All(count => count == 0) && Within is null;

    internal IEnumerable<string> Faults(string name)
    {
        if (Counts.Any(count => count is < 0 or > Most))
        {
            yield return $"{name}: counts are 0 to {Most}.";
        }

        if (Within is { } within && within <= TimeSpan.Zero)
        {
            yield return $"{name}: within must be more than 0.";
        }
    }

    private IEnumerable<int> Counts => [Last, Hourly, Daily, Weekly, Monthly, Yearly];
}

namespace MmDrBot.Alarms;

/// <summary>What a source found: the alarms that are true now, and of what it could not say.</summary>
internal sealed record AlarmJudgement
{
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>Keys of alarms that nothing is known of now; where they are open, they stay so.</summary>
    public IReadOnlySet<string> Unknown { get; init; } = new HashSet<string>();

    /// <summary>Why nothing could be judged; then all alarms of the source stay as they are.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Whether another alarm tells of the obstacle.</summary>
    public bool IsExplained { get; init; }

    internal static AlarmJudgement Of(params IReadOnlyList<Alarm> alarms) => new() { Alarms = alarms };

    internal static AlarmJudgement Obstructed(string obstacle, bool isExplained = false) => new() { Obstacle = obstacle, IsExplained = isExplained };

    internal bool Keeps(string key) => Obstacle is not null || Unknown.Contains(key);
}

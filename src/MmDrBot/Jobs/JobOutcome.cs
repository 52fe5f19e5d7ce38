namespace MmDrBot.Jobs;

/// <summary>What a handler returns: that it succeeded, or did so in part.</summary>
internal sealed record JobOutcome
{
    private JobOutcome(JobState state, string? resultJson)
    {
        State = state;
        ResultJson = resultJson;
    }

    public JobState State { get; }

    public string? ResultJson { get; }

    public static JobOutcome Succeeded(string? resultJson = null) => new(JobState.Succeeded, resultJson);

    public static JobOutcome PartlyFailed(string resultJson) => new(JobState.PartlyFailed, resultJson);
}

namespace MmDrBot.Jobs;

/// <summary>How far a job is. Whatever is unknown is null.</summary>
/// <param name="Phase">What it is doing, e.g. "database".</param>
internal sealed record JobProgress(string Phase)
{
    /// <summary>0 to 100.</summary>
    public double? Percent { get; init; }

    public long? BytesDone { get; init; }

    public long? BytesTotal { get; init; }

    public double? BytesPerSecond { get; init; }

    public double? EtaSeconds { get; init; }

    public string? Message { get; init; }
}

namespace MmDrBot.Features.Restores;

/// <summary>What `mmdr restore --json` prints.</summary>
internal sealed record RestoreOutcome(string RestorePoint, int Tables, long Rows, long Files, long Bytes, IReadOnlyList<string> Notes)
{
    /// <summary>The target's name, where it was given by one.</summary>
    public string? To { get; init; }
}

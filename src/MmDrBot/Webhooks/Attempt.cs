namespace MmDrBot.Webhooks;

/// <summary>What one attempt came to.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Answer">The first characters of the answer's body.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record Attempt(int? Status, TimeSpan Duration, string? Answer, string? Error)
{
    private const int Gone = 410;

    internal bool IsGood => Status is >= 200 and < 300;

    /// <summary>The receiver says that it wants no more.</summary>
    internal bool IsGone => Status == Gone;

    /// <summary>In a few words, without the answer.</summary>
    internal string Summary => Error ?? $"status {Status}";
}

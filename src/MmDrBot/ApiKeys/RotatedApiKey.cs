namespace MmDrBot.ApiKeys;

/// <summary>A key that is to get a successor.</summary>
/// <param name="Prefix">Which.</param>
/// <param name="Overlap">How long it stays valid beside its successor.</param>
/// <param name="ExpiresAt">When the successor expires; null: when the old one would have.</param>
/// <param name="ExpectedVersion">The version that the caller has seen; null: whichever it is.</param>
internal sealed record RotatedApiKey(string Prefix, TimeSpan Overlap, DateTimeOffset? ExpiresAt = null, string? ExpectedVersion = null);

namespace MmDrBot.Features.Verification;

/// <summary>What a verification found.</summary>
internal sealed record VerificationResult(string RestorePoint, string Level, bool Good, long BytesRead, IReadOnlyList<string> Damage, IReadOnlyList<string> Notes);

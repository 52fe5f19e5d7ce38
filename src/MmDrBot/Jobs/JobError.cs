namespace MmDrBot.Jobs;

/// <summary>Why a job did not succeed, in words fit for the user.</summary>
/// <param name="Code">A refusal's reason in snake case, or "internal", "cancelled", "interrupted", "lease_lost".</param>
internal sealed record JobError(string Code, string Message, string? Hint = null, string? Reference = null);

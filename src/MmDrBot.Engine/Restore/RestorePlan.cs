namespace MmDrBot.Engine.Restore;

/// <summary>What a restore would do to each target.</summary>
/// <param name="Steps">One for each target.</param>
/// <param name="Refusals">Why it would be refused.</param>
/// <param name="Hints">What to do about that.</param>
public sealed record RestorePlan(IReadOnlyList<RestoreStep> Steps, IReadOnlyList<string> Refusals, IReadOnlyList<string> Hints);

/// <summary>One target.</summary>
/// <param name="Component">`database`, `files` or `config`.</param>
/// <param name="Target">The database's address without password, the directory, or the bucket.</param>
/// <param name="Bytes">Bytes to write.</param>
/// <param name="Items">Tables, or files and directories.</param>
/// <param name="Found">What is at the target now.</param>
/// <param name="Drops">What is dropped first; null when nothing is.</param>
public sealed record RestoreStep(string Component, string Target, long Bytes, long Items, string Found, string? Drops);

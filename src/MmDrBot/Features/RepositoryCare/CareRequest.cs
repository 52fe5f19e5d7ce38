namespace MmDrBot.Features.RepositoryCare;

/// <summary>Which repository is cared for.</summary>
/// <param name="Repository">main if left out, or a copy by its name.</param>
internal sealed record CareRequest(string? Repository = null);

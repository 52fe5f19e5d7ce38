namespace MmDrBot.Features.Outages;

/// <summary>One line of the preflight.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="IsOk">Whether it is as it must be.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Cure">What to do where it is not well.</param>
/// <param name="IsVital">Whether conversions would fail, or help nobody, while it is not well.</param>
internal sealed record PreflightCheck(string Name, bool IsOk, string Detail, string? Cure, bool IsVital);

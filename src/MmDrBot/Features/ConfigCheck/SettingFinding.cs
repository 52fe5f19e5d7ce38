namespace MmDrBot.Features.ConfigCheck;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">A setting's name, or what was tried.</param>
/// <param name="Value">Its value, secrets masked.</param>
/// <param name="From">Where the value comes from.</param>
/// <param name="Fault">What is wrong, or null.</param>
internal sealed record SettingFinding(string What, string Value, string From, string? Fault = null);

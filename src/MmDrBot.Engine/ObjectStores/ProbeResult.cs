namespace MmDrBot.Engine.ObjectStores;

/// <summary>Whether a store keeps one promise, and if not what happened.</summary>
/// <param name="Promise">What is asked of it.</param>
/// <param name="Kept">False when it must not be relied on.</param>
/// <param name="Fault">What happened, or what there is to know.</param>
/// <param name="Warning">Whether it can be relied on, but somebody should know of it.</param>
public sealed record ProbeResult(string Promise, bool Kept, string? Fault, bool Warning = false);

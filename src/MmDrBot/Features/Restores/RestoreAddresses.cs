namespace MmDrBot.Features.Restores;

/// <summary>The databases that receive the data and the configuration's tables; secrets both.</summary>
internal sealed record RestoreAddresses(string? Database, string? Config)
{
    internal static RestoreAddresses None { get; } = new(null, null);

    internal bool AreNone => Database is null && Config is null;

    /// <summary>Keeps them out of logs.</summary>
    public override string ToString() => "***";
}
